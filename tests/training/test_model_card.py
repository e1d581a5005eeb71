import json

import pytest
from small_images import approve
from versions import drafter, version

from annotation_store.learning import model_registry, standings, training_runs, training_sets
from annotation_store.learning.training_runs import Point
from training.built_in_models import register_built_in_models
from training.card_markdown import card_markdown
from training.foreign_json import ForeignJsonError
from training.model_card import MOST_POINTS, card_from_json, card_of, thinned
from training.training_set_digest import digest_of_training_set


@pytest.fixture
def store(tmp_path, new_store, shipped_weights):
    opened = new_store(tmp_path / "data")
    register_built_in_models(opened)
    yield opened
    opened.database.close()


@pytest.fixture
def trained(store):
    """A version with a run behind it."""
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(store, name, number)
    frozen = training_sets.freeze(store, by="keiko")
    run = training_runs.request(store, by="keiko")
    training_runs.start(store, run.id, 1)
    training_runs.attach(store, run.id, training_set_id=frozen.id)
    for step in range(1, 500):
        if step in (1, 499):
            training_runs.beat(store, run.id, progress=0, message="", point=Point(step, {"error": 1 / step}))
    made = version(store, run_id=run.id, recipe={"steps": 499}, metrics={"candidate": {"sad": 1.0}})
    standings.go_live(store, made.id, by="gate", verdict="Better | by *far*.")
    return model_registry.annotate(store, made.id, "<b>learnt</b> from\nautumn", by="keiko")


def test_a_card_tells_all_that_is_known(store, trained):
    card = card_of(store, trained)
    assert [each.name for each in card.lineage] == ["compact"]
    assert card.training_set.digest == digest_of_training_set(store, card.training_set.number)
    assert [point.step for point in card.curve] == [1, 499]
    assert [each.verdict for each in card.projects] == ["Better | by *far*."]
    assert (card.recipe, card.metrics) == ({"steps": 499}, {"candidate": {"sad": 1.0}})
    assert "alpha" in card.output


def test_a_card_comes_back_from_its_json_as_it_was(store, trained):
    card = card_of(store, trained)
    assert card_from_json(card.as_json()) == card
    assert card.as_json() == card_of(store, trained).as_json()


def test_lineage_reaches_the_shipped_root(store):
    parent = version(store)
    child = version(store, seed=4, parent_id=parent.id)
    assert [each.name for each in card_of(store, child).lineage] == ["compact-0001", "compact"]


def test_every_version_has_a_card(store):
    drafter(store)
    for model in model_registry.list_models(store):
        page = card_markdown(card_of(store, model))
        assert page.startswith(f"# Model card: {model.name}\n")
        assert "## Licences" in page


def test_the_page_reads_nothing_of_people_as_signs(store, trained):
    page = card_markdown(card_of(store, trained))
    assert "&lt;b>learnt&lt;/b> from autumn" in page
    assert r"Better \| by \*far\*." in page
    assert "| 499 | error 0.002004 |" in page


def test_a_warning_stands_before_everything_else(store):
    page = card_markdown(card_of(store, version(store, licence="CC-BY-NC-4.0")))
    assert page.splitlines()[2].startswith("> **Not for commercial use: weights (compact-0001): CC-BY-NC-4.0.")


def test_a_long_curve_is_thinned_and_ends_where_it_ended():
    points = [Point(step, {}) for step in range(1, 1000)]
    few = thinned(points)
    assert len(few) <= MOST_POINTS
    assert few[-1].step == 999
    assert thinned(points[:3]) == points[:3]
    assert thinned([]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"format": "another"},
        {"surprise": 1},
        {"name": ""},
        {"kind": "painter"},
        {"notes": "x" * 3000},
        {"provenance": [{"what": "weights"}]},
        {"lineage": [{"name": "a", "architecture": "b", "origin": "trained", "sha256": "../../etc"}]},
        {"curve": [{"step": -1, "figures": {}}]},
        {"training_set": {"number": 2**70, "train": 1, "validation": 1, "golden": 0, "digest": "0" * 64}},
    ],
)
def test_a_card_that_says_what_none_can_is_refused(store, change):
    told = json.loads(card_of(store, version(store)).as_json()) | change
    with pytest.raises(ForeignJsonError, match=next(iter(change))):
        card_from_json(json.dumps(told).encode())
