import pytest

from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.kinds import ModelKind
from annotation_store.learning.model_registry import get_model, list_models, reject
from annotation_store.learning.standings import draft_automatically, go_live, list_standings, roll_back
from annotation_store.learning.what_serves import canary_of, live_drafter, live_model
from annotation_store.projects import FIRST_PROJECT as FIRST
from annotation_store.projects import create_project
from annotation_store.states import ModelState, StandingState

MATTING, DRAFTER = ModelKind.MATTING, ModelKind.DRAFTER


def states(store, **where):
    names = {model.id: model.name for model in list_models(store)}
    return {names[each.model_version_id]: each.state.value for each in list_standings(store, **where)}


def test_what_goes_live_retires_what_was_live_in_the_same_project_alone(store, shipped, version, serve, other):
    model = version()
    assert serve(model, other).state is ModelState.LIVE  # `other` was made after the shipped one had gone live
    assert states(store, project_id=other) == {"compact-0001": "live"}
    assert states(store, project_id=FIRST) == {"compact-shipped": "live"}
    assert live_model(store, other).id == model.id
    assert live_model(store, FIRST).id == shipped.id
    assert serve(version()).name == "compact-0002"
    assert states(store, project_id=other) == {"compact-0002": "live", "compact-0001": "retired"}
    assert [get_model(store, each.id).state for each in (shipped, model)] == [ModelState.RETIRED] * 2


def test_going_live_is_told_with_the_reason_and_the_project(store, shipped, version):
    model = version()
    promoted = go_live(store, model.id, verdict="SAD 12 % lower", by="ren", figures={"sad": 0.88})
    assert (promoted.verdict, promoted.state) == ("SAD 12 % lower", ModelState.LIVE)
    (standing,) = list_standings(store, model_id=model.id)
    assert (standing.verdict, standing.figures, standing.changed_by) == ("SAD 12 % lower", {"sad": 0.88}, "ren")
    assert standing.activated_at == standing.changed_at == promoted.activated_at
    event, retired = recent_events(store)[:2]
    assert (event.actor, event.action) == ("ren", "model.promoted")
    assert (event.data["model_id"], event.data["project_id"]) == (model.id, FIRST)
    assert (retired.action, retired.data["model_id"]) == ("model.retired", shipped.id)


def test_what_serves_a_project_already_is_passed_over(store, shipped, serve):
    before, told = list_standings(store), recent_events(store)
    serve(shipped, FIRST, FIRST)
    assert list_standings(store) == before
    assert recent_events(store) == told


def test_an_unknown_model_or_project_is_not_found_and_nothing_changes(store, shipped, version, serve):
    before = list_standings(store)
    with pytest.raises(NotFoundError, match="no model number 99"):
        go_live(store, 99, verdict="", by="ren")
    with pytest.raises(NotFoundError, match="no project number 99"):
        serve(version(), FIRST, 99)
    assert list_standings(store) == before


def test_a_version_that_a_project_refused_never_goes_live_there(store, shipped, version, serve, stand, other):
    model = version()
    stand(model, StandingState.REFUSED)
    for go in (lambda: serve(model, FIRST, other), lambda: stand(model, StandingState.LIVE), lambda: serve(model)):
        with pytest.raises(InvalidTransitionError, match="cannot become live"):
            go()
    assert states(store, model_id=model.id) == {"compact-0001": "refused"}
    assert live_model(store, FIRST).id == shipped.id


def test_by_hand_a_version_goes_live_wherever_it_was_not_refused(store, shipped, version, serve, stand, other):
    model = version()
    stand(model, StandingState.REFUSED)
    stand(model, StandingState.PASSED, project_id=other)
    serve(model)
    assert (live_model(store, FIRST).id, live_model(store, other).id) == (shipped.id, model.id)
    serve(model, create_project(store, "Lace", by="ren").id)
    assert get_model(store, model.id).state is ModelState.LIVE


def test_the_state_of_a_version_is_what_its_standings_add_up_to(store, shipped, version, serve, stand, other):
    model = version()

    def state():
        return get_model(store, model.id).state

    assert state() is ModelState.CANDIDATE
    stand(model, StandingState.REFUSED)
    assert state() is ModelState.REJECTED
    stand(model, StandingState.PASSED, project_id=other)
    assert state() is ModelState.CANDIDATE
    serve(model, other)
    assert state() is ModelState.LIVE
    serve(version(), other)
    assert state() is ModelState.RETIRED


def test_rejecting_rules_a_version_out_where_it_was_not_refused_before(store, shipped, version, stand, other):
    model = version()
    stand(model, StandingState.REFUSED)
    stand(model, StandingState.CANARY, project_id=other)
    assert reject(store, model.id, verdict="no", by="ren").state is ModelState.REJECTED
    assert {each.project_id: each.verdict for each in list_standings(store, model_id=model.id)} == {
        FIRST: "by 5 %",
        other: "no",
    }


def test_a_standing_is_given_once_and_then_only_gets_other_reasons(store, shipped, version, stand):
    model = version()
    stand(model, StandingState.PASSED, figures={"sad": 1})
    told = recent_events(store)
    standing = stand(model, StandingState.PASSED, figures={"sad": 2})
    assert (standing.state, standing.figures) == (StandingState.PASSED, {"sad": 2})
    assert recent_events(store) == told
    live = stand(model, StandingState.LIVE)
    assert stand(model, StandingState.LIVE).activated_at == live.activated_at
    assert states(store) == {"compact-0001": "live", "compact-shipped": "retired"}


def test_nothing_retires_but_by_what_takes_its_place(store, shipped, version, stand):
    for model in (shipped, version()):
        with pytest.raises(ValueError, match="retires by"):
            stand(model, StandingState.RETIRED)
    assert states(store) == {"compact-shipped": "live"}


def test_a_canary_is_placed_and_goes_live(store, shipped, version, stand):
    model = version()
    standing = stand(model, StandingState.CANARY, canary_share=0.3)
    assert canary_of(store, FIRST, MATTING) == standing
    assert (standing.canary_share, get_model(store, model.id).state) == (0.3, ModelState.CANDIDATE)
    assert canary_of(store, FIRST, DRAFTER) is None
    assert live_model(store, FIRST).id == shipped.id
    live = stand(model, StandingState.LIVE)
    assert (live.state, live.canary_share) == (StandingState.LIVE, None)
    assert canary_of(store, FIRST, MATTING) is None


def test_a_canary_takes_the_share_of_its_project_unless_another_is_said(world, shipped, version, stand):
    world.set_project(canary_share=0.4)
    assert stand(version(), StandingState.CANARY).canary_share == 0.4


def test_a_canary_ends_refused_or_by_another_of_its_kind(store, shipped, version, stand):
    first, second, drafter = version(), version(), version(kind=DRAFTER)
    for model in (first, drafter, second):
        stand(model, StandingState.CANARY, canary_share=0.5)
    assert canary_of(store, FIRST, MATTING).model_version_id == second.id
    assert canary_of(store, FIRST, DRAFTER).model_version_id == drafter.id
    (gone,) = list_standings(store, model_id=first.id)
    assert (gone.state, gone.verdict, gone.canary_share) == (
        StandingState.REFUSED,
        "compact-0002 took its place.",
        None,
    )
    assert stand(second, StandingState.REFUSED).canary_share is None
    assert canary_of(store, FIRST, MATTING) is None


def test_a_version_that_cannot_be_tried_leaves_the_canary_in_its_place(store, shipped, version, stand):
    canary, refused = version(), version()
    stand(canary, StandingState.CANARY)
    stand(refused, StandingState.REFUSED)
    with pytest.raises(InvalidTransitionError):
        stand(refused, StandingState.CANARY)
    assert canary_of(store, FIRST, MATTING).model_version_id == canary.id


def test_rolling_back_returns_to_the_model_before_and_twice_changes_nothing(store, shipped, version, serve):
    first, second = version(), version()
    serve(first)
    serve(second)
    assert roll_back(store, FIRST, MATTING, by="ren").id == first.id
    assert states(store) == {"compact-0001": "live", "compact-0002": "retired", "compact-shipped": "retired"}
    assert recent_events(store)[0].action == "model.rolled_back"
    assert roll_back(store, FIRST, MATTING, by="ren").id == second.id


def test_rolling_back_one_project_or_kind_leaves_the_others(store, shipped, version, serve, other):
    model, drafter = version(), version(kind=DRAFTER)
    serve(shipped, other)
    serve(model)
    serve(drafter)
    assert roll_back(store, FIRST, MATTING, by="ren").id == shipped.id
    assert live_model(store, other).id == model.id
    assert live_drafter(store, FIRST).id == drafter.id


def test_without_an_earlier_model_there_is_nothing_to_roll_back_to(store, shipped):
    for kind in ModelKind:
        with pytest.raises(NotFoundError, match="none to go back to"):
            roll_back(store, FIRST, kind, by="ren")


def test_before_the_first_learned_drafter_served_the_automatic_one(store, version, serve):
    drafter = version(kind=DRAFTER)
    serve(drafter)
    assert roll_back(store, FIRST, DRAFTER, by="ren") is None
    assert live_drafter(store, FIRST) is None
    assert roll_back(store, FIRST, DRAFTER, by="ren").id == drafter.id


def test_the_automatic_drafter_comes_back_by_hand_and_by_rolling_back_what_took_its_place(store, version, serve):
    first, second = version(kind=DRAFTER), version(kind=DRAFTER)
    serve(first)
    for _ in range(2):
        draft_automatically(store, FIRST, by="ren")
        assert live_drafter(store, FIRST) is None
    serve(second)
    assert roll_back(store, FIRST, DRAFTER, by="ren") is None
    assert roll_back(store, FIRST, DRAFTER, by="ren").id == second.id
    serve(first)
    assert roll_back(store, FIRST, DRAFTER, by="ren").id == second.id
