from dataclasses import dataclass

import numpy as np
import pytest
from small_images import approve_painted, disc

from annotation_store.kinds import Part
from annotation_store.learning import training_sets, what_serves
from matting_core.edits.soft_stroke import SoftStroke
from training import held_out
from training.built_in_models import register_built_in_models
from training.held_out import example_to_judge, judging_items, understudied_items


@dataclass(frozen=True)
class Item:
    """As much of a `TrainingItem` as decides who judges."""

    product_group: str
    part: Part
    project_id: int = 1


LEARNT = [Item(f"product {number}", Part.TRAIN) for number in range(6)]
KEPT_APART = [Item("held out", Part.VALIDATION), Item("golden", Part.GOLDEN)]
EVERYTHING = {item.product_group for item in LEARNT}


def nothing(_project_id):
    return frozenset()


def test_held_out_and_golden_images_judge():
    assert judging_items([*LEARNT, *KEPT_APART]) == KEPT_APART


def test_an_understudy_stands_in_only_on_what_it_has_not_learnt_from():
    assert understudied_items([*LEARNT, *KEPT_APART], EVERYTHING, met=nothing) == LEARNT
    assert understudied_items([*LEARNT, *KEPT_APART], {"product 3", "golden"}, met=nothing) == [LEARNT[3]]


def test_what_serves_a_project_is_not_judged_on_what_it_has_learnt_from():
    met = {1: {"product 0", "product 1"}, 2: set()}
    elsewhere = Item("product 0", Part.TRAIN, project_id=2)
    assert understudied_items([*LEARNT, elsewhere], EVERYTHING, met=met.__getitem__) == [*LEARNT[2:], elsewhere]


def test_no_more_are_judged_than_are_enough(monkeypatch):
    monkeypatch.setattr(held_out, "ENOUGH", 5)
    chosen = understudied_items([*LEARNT, *KEPT_APART], EVERYTHING, met=nothing)
    assert len(chosen) == 3
    assert chosen == understudied_items([*LEARNT, *KEPT_APART], EVERYTHING, met=nothing)
    monkeypatch.setattr(held_out, "ENOUGH", 1)
    assert understudied_items([*LEARNT, *KEPT_APART], EVERYTHING, met=nothing) == []


@pytest.fixture
def items(tmp_path, new_store, shipped_weights):
    """Of a photo on which somebody painted in the unknown region, and of another."""
    store = new_store(tmp_path / "data")
    register_built_in_models(store)
    stroke = SoftStroke(value=128, hardness=100, flow=100, radius=20, points=((256, 128), (256, 140)))
    for seed, name in enumerate(("cup_1.png", "hat_1.png")):
        approve_painted(store, name, seed, stroke=stroke, model_id=what_serves.live_model(store).id)
    yield store, training_sets.load_items(store, training_sets.freeze(store, by="ren").id)
    store.database.close()


def test_a_photo_is_judged_with_all_its_pixels_or_with_fewer(items):
    store, (item, _) = items
    whole, smaller = example_to_judge(store, item), example_to_judge(store, item, side=48)
    np.testing.assert_array_equal(whole.rgb, disc()[0])
    assert smaller.rgb.shape == (32, 48, 3)
    for plane in (smaller.trimap, smaller.alpha, smaller.believed):
        assert plane.shape == (32, 48)
    assert example_to_judge(store, item, side=400).rgb.shape == whole.rgb.shape
    assert set(np.unique(smaller.trimap)) == {0, 128, 255}
    np.testing.assert_array_equal(smaller.alpha[smaller.trimap == 255], 1)
    painted = [each.believed & (each.trimap == 128) for each in (whole, smaller)]
    assert painted[1].sum() == pytest.approx(painted[0].sum() / 4, rel=0.5)
