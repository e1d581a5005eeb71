import pytest

from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.learning.model_registry import (
    get_model,
    list_models,
    live_model,
    promote,
    register_candidate,
    register_shipped,
    reject,
    roll_back,
    weights_of,
)
from annotation_store.states import ModelState


@pytest.fixture
def shipped(store):
    return register_shipped(
        store,
        name="compact-shipped",
        architecture="compact",
        shipped_weights="compact.safetensors",
        licence="Apache-2.0",
    )


def candidate(store, parent_id=None, *, weights=b"weights", architecture="compact"):
    return register_candidate(
        store,
        architecture=architecture,
        weights=weights,
        parent_id=parent_id,
        run_id=None,
        metrics={"sad": 3.5},
        licence="Apache-2.0",
        code_version="1ed0cf4",
    )


def states(store):
    return {model.name: model.state.value for model in list_models(store)}


def test_before_any_model_is_registered_none_is_live(store):
    with pytest.raises(NotFoundError, match="No model is live"):
        live_model(store)


def test_the_first_shipped_model_goes_live_and_is_entered_once(store, shipped):
    assert live_model(store) == shipped
    assert shipped.activated_at is not None
    again = register_shipped(
        store,
        name="compact-shipped",
        architecture="compact",
        shipped_weights="compact.safetensors",
        licence="Apache-2.0",
    )
    assert again == shipped
    other = register_shipped(store, name="closed-form", architecture="closed-form", shipped_weights=None, licence="MIT")
    assert other.state is ModelState.CANDIDATE
    assert live_model(store) == shipped
    assert weights_of(store, shipped) is None


def test_a_candidate_keeps_its_weights_and_its_descent_and_does_not_go_live(store, shipped):
    model = candidate(store, shipped.id)
    assert weights_of(store, model) == b"weights"
    assert (model.name, model.parent_id, model.code_version) == ("compact-0001", shipped.id, "1ed0cf4")
    assert (model.state, model.metrics, model.activated_at) == (ModelState.CANDIDATE, {"sad": 3.5}, None)
    assert live_model(store) == shipped
    assert get_model(store, model.id) == model


def test_candidates_are_numbered_for_each_architecture(store, shipped):
    names = [candidate(store, architecture=kind).name for kind in ("compact", "resnet", "compact")]
    assert names == ["compact-0001", "resnet-0001", "compact-0002"]


def test_a_candidate_of_an_unknown_parent_is_refused(store):
    with pytest.raises(NotFoundError):
        candidate(store, 99)
    assert list_models(store) == ()


def test_promotion_retires_the_model_that_was_live(store, shipped):
    model = candidate(store, shipped.id)
    promoted = promote(store, model.id, verdict="SAD 12 % lower", by="ren")
    assert live_model(store) == promoted
    assert promoted.verdict == "SAD 12 % lower"
    assert states(store) == {"compact-shipped": "retired", "compact-0001": "live"}
    event = recent_events(store)[0]
    assert (event.actor, event.action, event.data["model_id"]) == ("ren", "model.promoted", model.id)


def test_a_rejected_candidate_never_goes_live(store, shipped):
    model = candidate(store, shipped.id)
    assert reject(store, model.id, verdict="worse on hair", by="gate").verdict == "worse on hair"
    with pytest.raises(InvalidTransitionError):
        promote(store, model.id, verdict="", by="ren")
    assert live_model(store) == shipped


def test_the_live_model_can_be_neither_rejected_nor_promoted_again(store, shipped):
    with pytest.raises(InvalidTransitionError):
        reject(store, shipped.id, verdict="", by="ren")
    with pytest.raises(InvalidTransitionError):
        promote(store, shipped.id, verdict="", by="ren")


def test_rolling_back_returns_to_the_model_before_and_twice_changes_nothing(store, shipped):
    first, second = candidate(store), candidate(store)
    promote(store, first.id, verdict="", by="ren")
    promote(store, second.id, verdict="", by="ren")
    assert roll_back(store, by="ren").id == first.id
    assert states(store) == {
        "compact-shipped": "retired",
        "compact-0001": "live",
        "compact-0002": "retired",
    }
    assert roll_back(store, by="ren").id == second.id


def test_without_an_earlier_model_there_is_nothing_to_roll_back_to(store, shipped):
    with pytest.raises(NotFoundError, match="none to go back to"):
        roll_back(store, by="ren")


def test_an_unknown_model_is_not_found(store):
    with pytest.raises(NotFoundError, match="no model number 5"):
        promote(store, 5, verdict="", by="ren")
