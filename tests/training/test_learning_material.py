"""The material of a fine-tuning: who is learnt from, who only watches, and that it comes back from its file."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from small_images import disc

from annotation_store.learning.training_sets import TrainingExample
from training import windows
from training.learning_material import LearningMaterial, MaterialSettings, gather, spared_groups
from training.learning_material import Origin as Of
from training.lessons import Lesson
from training.windows import NothingToLearnError

PLAIN = MaterialSettings(windows=2, windows_of_learnt=1, composed=0)


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "WINDOW", 96)
    monkeypatch.setattr(windows, "SAMPLE", 64)


def lesson(number: int, *, learnt: bool = False, weight: float = 1.0) -> Lesson:
    rgb, trimap, alpha = disc(number)
    return Lesson(TrainingExample(rgb=rgb, trimap=trimap, alpha=alpha, weight=weight), f"product {number}", learnt)


def test_every_window_keeps_the_weight_of_its_photo() -> None:
    material = gather([lesson(0, weight=3.0), lesson(1, learnt=True)], PLAIN)
    assert material.weights.tolist() == [3, 3, 1]
    assert material.learnt.tolist() == [False, False, True]
    assert len(material.samples) == 3
    assert material.watching is None


def test_some_products_only_watch() -> None:
    material = gather([lesson(number) for number in range(5)], PLAIN)
    assert material.watching is not None
    assert len(material.watching) == 2
    assert len(material.samples) == len(material.weights) == 8
    seen, watching = ({bytes(photo.numpy()) for photo in part.rgb} for part in (material.samples, material.watching))
    assert not seen & watching


def test_no_product_is_spared_where_there_are_few() -> None:
    assert gather([lesson(number) for number in range(3)], PLAIN).watching is None


@pytest.mark.parametrize("seed", range(5))
def test_what_the_parent_has_learnt_from_never_watches(seed: int) -> None:
    origins = [Of(f"new {number}", 1.0, False) for number in range(6)]
    origins += [Of(f"old {number}", 1.0, True) for number in range(20)]
    origins += [Of("new 0", 1.0, True)]  # another photo of it was learnt from
    spared = spared_groups(origins, share=0.5, seed=seed)
    assert spared
    assert spared <= {f"new {number}" for number in range(1, 6)}
    assert len(spared) <= 3


def test_which_products_watch_is_settled_by_the_seed() -> None:
    origins = [Of(f"product {number}", 1.0, False) for number in range(40)]
    chosen = [spared_groups(origins, share=0.15, seed=seed) for seed in (0, 0, 1)]
    assert chosen[0] == chosen[1] != chosen[2]
    assert len(chosen[0]) == 6
    assert spared_groups(origins, share=0, seed=0) == set()


def test_composed_samples_come_along_and_the_caller_is_asked_meanwhile() -> None:
    told: list[int] = []
    material = gather(
        [lesson(0), lesson(1)], MaterialSettings(windows=1, composed=5), on_lesson=lambda done: told.append(done)
    )
    assert material.composed is not None
    assert len(material.composed) == 5
    assert told[:3] == [1, 2, 2]


def test_lessons_are_read_one_after_the_other() -> None:
    order: list[str] = []

    def one_by_one() -> Iterator[Lesson]:
        for number in range(2):
            order.append(f"read {number}")
            yield lesson(number)

    gather(one_by_one(), PLAIN, on_lesson=lambda done: order.append(f"cut {done - 1}"))
    assert order == ["read 0", "cut 0", "read 1", "cut 1"]


def test_it_comes_back_from_its_file(tmp_path: Path) -> None:
    material = gather([lesson(number, weight=1.0 + number) for number in range(5)], PLAIN)
    material.save(tmp_path / "material.safetensors")
    again = LearningMaterial.load(tmp_path / "material.safetensors")
    assert again.fingerprint == material.fingerprint
    assert np.array_equal(again.weights, material.weights)
    assert again.composed is None
    assert again.watching is not None
    assert torch.equal(again.samples.prior, material.samples.prior)


def test_materials_that_differ_in_a_pixel_are_told_apart() -> None:
    one, other = (gather([lesson(0)], PLAIN) for _ in range(2))
    assert one.fingerprint == other.fingerprint
    other.samples.rgb[0, 0, 0, 0] ^= 1
    assert one.fingerprint != other.fingerprint


def test_nothing_to_learn_from_is_said_in_words() -> None:
    rgb, trimap, alpha = disc()
    blank = TrainingExample(rgb=rgb, trimap=np.zeros_like(trimap), alpha=alpha)
    with pytest.raises(NothingToLearnError, match="then train again"):
        gather([Lesson(blank, "cup")], PLAIN)


def test_some_composed_samples_are_spared_to_tell_what_is_forgotten() -> None:
    settings = MaterialSettings(windows=1, composed=8, remembering=0.25)
    material = gather([lesson(number) for number in range(4)], settings)
    assert material.composed is not None
    assert material.remembering is not None
    assert (len(material.composed), len(material.remembering)) == (6, 2)
    with_none_watching = gather([lesson(0)], settings)
    assert with_none_watching.remembering is None
    assert with_none_watching.composed is not None
    assert len(with_none_watching.composed) == 8


def test_how_much_is_in_doubt_is_told() -> None:
    rgb, trimap, alpha = disc()
    doubted = Lesson(TrainingExample(rgb=rgb, trimap=trimap, alpha=alpha, believed=trimap != 128), "cup")
    assert gather([lesson(1)], PLAIN).doubted == 0
    assert gather([lesson(1), doubted], PLAIN).doubted == 0.5
