from dataclasses import replace

import pytest

from annotation_store.learning import model_registry
from training.built_in_models import register_built_in_models
from training.licences import OWN
from training.provenance import (
    Source,
    as_rows,
    commercial_warning,
    licence_of_training,
    provenance_of,
    provenance_of_training,
    shipped_photographs,
    trained_from,
)


@pytest.fixture
def compact(tmp_path, new_store, shipped_weights):
    store = new_store(tmp_path / "data")
    register_built_in_models(store)
    yield next(model for model in model_registry.list_models(store) if model.name == "compact")
    store.database.close()


def test_a_shipped_version_tells_what_the_card_of_its_weights_does(compact):
    weights, *photographs = provenance_of(compact)
    assert (weights.what, weights.licence) == ("weights", "Apache-2.0")
    assert photographs == list(shipped_photographs("compact"))
    assert {"CC0", "MIT", "CC BY 4.0"} <= {source.licence for source in photographs}
    assert commercial_warning((weights, *photographs)) is None


def test_weights_without_a_card_have_seen_nothing_that_is_known():
    assert shipped_photographs("no-such-weights") == ()


def test_a_trained_version_comes_from_its_parent_the_mattes_and_the_program(compact):
    rows = provenance_of_training(compact, training_set_id=3)
    assert [row["what"] for row in rows[-2:]] == ["mattes", "program"]
    assert rows[-2]["source"] == "approved mattes of training set 3"
    assert [Source.model_validate(row) for row in rows[:-2]] == list(provenance_of(compact))


def test_of_a_line_of_versions_every_training_set_is_told_and_the_last_program(compact):
    child = replace(compact, provenance=provenance_of_training(compact, training_set_id=1))
    rows = provenance_of_training(child, training_set_id=2)
    assert [row["source"] for row in rows if row["what"] == "mattes"] == [
        "approved mattes of training set 1",
        "approved mattes of training set 2",
    ]
    assert sum(row["what"] == "program" for row in rows) == 1


def test_a_forbidding_source_is_named_before_all_unknown_ones():
    sources = [
        Source.under("MIT", what="weights", source="a"),
        Source.under("CC-BY-NC-4.0", what="photographs", source="b"),
        Source.under("", what="mattes", source="c"),
    ]
    assert commercial_warning(sources) == "Not for commercial use: photographs (b): CC-BY-NC-4.0."
    assert "unknown: mattes (c): unknown" in commercial_warning(as_rows([sources[0], sources[2]]))
    assert "unknown" in commercial_warning([])
    assert commercial_warning(sources[:1]) is None


def test_a_foreign_card_decides_nothing_about_commercial_use():
    claimed = Source(what="weights", source="a", licence="CC-BY-NC-4.0", commercial=True)
    assert claimed.judged_anew(own=True).commercial is False
    theirs = Source.under(OWN, what="mattes", source="b")
    assert theirs.judged_anew(own=False).commercial is None
    assert theirs.judged_anew(own=True).commercial is True


def test_the_licence_of_a_line_of_trainings_does_not_grow():
    once = licence_of_training("Apache-2.0")
    assert once == f"Apache-2.0; {OWN}"
    assert licence_of_training(once) == once
    assert trained_from((), data="x")[0].licence == OWN
