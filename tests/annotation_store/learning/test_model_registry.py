import pytest

from annotation_store.errors import InvalidTextError, InvalidTransitionError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.kinds import ModelKind, Origin
from annotation_store.learning.model_registry import (
    annotate,
    get_model,
    list_models,
    register_shipped,
    reject,
    weights_of,
)
from annotation_store.learning.standings import go_live, list_standings
from annotation_store.learning.what_serves import live_model
from annotation_store.states import ModelState, StandingState


def test_the_first_shipped_model_goes_live_everywhere_and_is_entered_once(store, other, shipped):
    assert live_model(store) == shipped
    assert shipped.activated_at is not None
    assert (shipped.kind, shipped.origin) == (ModelKind.MATTING, Origin.SHIPPED)
    assert [each.state for each in list_standings(store, model_id=shipped.id)] == [StandingState.LIVE] * 2
    again = register_shipped(
        store,
        name="compact-shipped",
        architecture="compact",
        shipped_weights="compact.safetensors",
        licence="Apache-2.0",
    )
    assert again == shipped
    later = register_shipped(store, name="closed-form", architecture="closed-form", shipped_weights=None, licence="MIT")
    assert later.state is ModelState.CANDIDATE
    assert live_model(store) == shipped
    assert weights_of(store, shipped) is None


def test_a_candidate_keeps_its_weights_and_its_descent_and_does_not_go_live(store, shipped, version):
    model = version(parent_id=shipped.id)
    assert weights_of(store, model) == b"weights"
    assert (model.name, model.parent_id, model.code_version) == ("compact-0001", shipped.id, "1ed0cf4")
    assert (model.state, model.metrics, model.activated_at) == (ModelState.CANDIDATE, {"sad": 3.5}, None)
    assert list_standings(store, model_id=model.id) == ()
    assert live_model(store) == shipped
    assert get_model(store, model.id) == model


def test_a_version_says_where_it_comes_from_and_what_went_into_it(store, version):
    sources = ({"name": "lace", "licence": "CC-BY-NC-4.0", "commercial": False},)
    model = version(origin=Origin.IMPORTED, recipe={"steps": 400}, provenance=sources, by="ren")
    found = get_model(store, model.id)
    assert (found.origin, found.recipe, found.provenance) == (Origin.IMPORTED, {"steps": 400}, list(sources))
    event = recent_events(store)[0]
    assert (event.actor, event.action, event.data["model_id"]) == ("ren", "model.registered", model.id)
    plain = version()
    assert (plain.origin, plain.recipe, plain.provenance, plain.notes) == (Origin.TRAINED, {}, [], "")


def test_candidates_are_numbered_for_each_architecture(store, shipped, version):
    names = [version(architecture=name).name for name in ("compact", "resnet", "compact")]
    names += [version(kind=ModelKind.DRAFTER).name for _ in range(2)]
    assert names == ["compact-0001", "resnet-0001", "compact-0002", "drafter-0001", "drafter-0002"]


@pytest.mark.parametrize("unknown", ["parent_id", "run_id"])
def test_a_candidate_of_an_unknown_parent_or_run_is_refused(store, version, unknown):
    with pytest.raises(NotFoundError):
        version(**{unknown: 99})
    assert list_models(store) == ()


def test_a_rejected_candidate_never_goes_live(store, shipped, version):
    model = version(parent_id=shipped.id)
    assert reject(store, model.id, verdict="worse on hair", by="gate").verdict == "worse on hair"
    with pytest.raises(InvalidTransitionError):
        go_live(store, model.id, verdict="", by="ren")
    with pytest.raises(InvalidTransitionError):
        reject(store, model.id, verdict="worse still", by="gate")
    assert live_model(store) == shipped


def test_what_is_or_was_live_cannot_be_rejected(store, shipped, version):
    for _ in range(2):
        with pytest.raises(InvalidTransitionError):
            reject(store, shipped.id, verdict="", by="ren")
        go_live(store, version().id, verdict="", by="ren")
    assert get_model(store, shipped.id).state is ModelState.RETIRED


def test_notes_are_kept_and_told_once(store, version):
    model = version()
    for _ in range(2):
        assert annotate(store, model.id, "  good on lace ", by="ren").notes == "good on lace"
    assert [event.action for event in recent_events(store)] == ["model.annotated", "model.registered"]
    with pytest.raises(InvalidTextError):
        annotate(store, model.id, "long " * 1000, by="ren")
    with pytest.raises(NotFoundError):
        annotate(store, 99, "", by="ren")


def test_an_unknown_model_is_not_found(store):
    with pytest.raises(NotFoundError, match="no model number 5"):
        get_model(store, 5)
