import gradio as gr
import pytest

from annotation_store.kinds import ModelKind, Role
from annotation_store.learning import golden, model_registry, standings, training_runs, what_serves
from annotation_store.states import ModelState, RunState, StandingState
from studio.pages.learning.deciding import decide
from studio.pages.learning.deeds import Deed, DeedKind
from studio.sign_in.visitor import Visitor, local_user

LEAD = Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset({1}), person_id=3)


@pytest.fixture
def do(studio, english):
    """``do(DeedKind.TRY, 3, 1)``: what a press of that button is answered with."""

    def press(kind, number, project_id=0, *, visitor=LEAD):
        return decide(studio.store, Deed(kind, number, project_id), english, visitor=visitor, testid="answer")

    return press


def passed(studio, version, project_id=1):
    standings.place(studio.store, version.id, project_id, StandingState.PASSED, by="gate", verdict="Better: so")


def served(studio, version):
    standings.place(studio.store, version.id, 1, StandingState.LIVE, by="gate", verdict="Better: so")


def state(studio, version, project_id=1):
    (standing,) = standings.list_standings(studio.store, model_id=version.id, project_id=project_id)
    return standing.state


def test_what_passed_serves_once_a_lead_says_so(studio, do, candidate):
    passed(studio, candidate)
    assert f"{candidate.name} serves General now" in do(DeedKind.LET_SERVE, candidate.id, 1)
    (standing,) = standings.list_standings(studio.store, model_id=candidate.id)
    assert what_serves.live_model(studio.store, 1).id == candidate.id
    assert (standing.changed_by, standing.verdict) == ("mika", "Better: so")


def test_what_passed_is_tried_on_the_projects_share(studio, do, candidate):
    passed(studio, candidate)
    do(DeedKind.TRY, candidate.id, 1)
    assert what_serves.canary_of(studio.store, 1, ModelKind.MATTING).canary_share == 0.2


def test_what_was_refused_serves_no_more(studio, do, candidate):
    passed(studio, candidate)
    assert "is refused" in do(DeedKind.REFUSE, candidate.id, 1)
    assert state(studio, candidate) is StandingState.REFUSED
    assert "notice-bad" in do(DeedKind.LET_SERVE, candidate.id, 1)
    assert what_serves.live_model(studio.store, 1).name == "compact"


@pytest.mark.parametrize("kind", [DeedKind.LET_SERVE, DeedKind.TRY])
def test_a_version_with_damaged_weights_does_not_serve(studio, do, candidate, kind):
    passed(studio, candidate)
    studio.store.blobs.path(candidate.weights_blob).write_bytes(b"damaged")
    assert "has changed on the disk" in do(kind, candidate.id, 1)
    assert state(studio, candidate) is StandingState.PASSED


def test_a_drafter_that_cannot_be_loaded_does_not_serve(studio, do, drafter):
    passed(studio, drafter)
    assert "notice-bad" in do(DeedKind.LET_SERVE, drafter.id, 1)
    assert what_serves.live_drafter(studio.store, 1) is None


def test_going_back_goes_back_once(studio, do, candidate):
    served(studio, candidate)
    assert "compact serves General now" in do(DeedKind.ROLL_BACK, candidate.id, 1)
    assert what_serves.live_model(studio.store, 1).name == "compact"
    do(DeedKind.ROLL_BACK, candidate.id, 1)  # the same button once more
    assert what_serves.live_model(studio.store, 1).name == "compact"


@pytest.mark.parametrize("kind", [DeedKind.DRAFT_AUTOMATICALLY, DeedKind.ROLL_BACK])
def test_the_automatic_drafter_drafts_again(studio, do, drafter, kind):
    served(studio, drafter)
    assert "Automatic drafter serves General now" in do(kind, drafter.id, 1)
    assert what_serves.live_drafter(studio.store, 1) is None
    do(kind, drafter.id, 1)
    assert what_serves.live_drafter(studio.store, 1) is None


def test_a_training_is_cancelled(studio, do):
    run = training_runs.request(studio.store, by="keiko")
    do(DeedKind.CANCEL, run.id)
    assert training_runs.get_run(studio.store, run.id).state is RunState.CANCELLED
    assert "notice-bad" in do(DeedKind.CANCEL, 999)


def test_an_image_becomes_golden_and_is_so_no_more(studio, do, two_products):
    assert "bowl_1.png is golden now" in do(DeedKind.MAKE_GOLDEN, two_products[0])
    assert [each.image_id for each in golden.list_golden(studio.store)] == [two_products[0]]
    assert "no longer golden" in do(DeedKind.RETIRE_GOLDEN, two_products[0])
    assert golden.list_golden(studio.store) == ()


def test_what_is_not_approved_does_not_become_golden(do, drafted_image):
    assert "approve it, then make it golden" in do(DeedKind.MAKE_GOLDEN, drafted_image.id)


def test_nobody_decides_for_the_projects_of_others(studio, do, candidate, boots, two_products, english):
    passed(studio, candidate, boots)
    for kind in (DeedKind.LET_SERVE, DeedKind.TRY, DeedKind.REFUSE, DeedKind.ROLL_BACK, DeedKind.DRAFT_AUTOMATICALLY):
        assert english("gone_meanwhile") in do(kind, candidate.id, boots)
    assert state(studio, candidate, boots) is StandingState.PASSED
    stranger = Visitor(name="ren", display_name="Ren", role=Role.LEAD, projects=frozenset({boots}), person_id=4)
    for number in (two_products[0], 999):
        assert english("gone_meanwhile") in do(DeedKind.MAKE_GOLDEN, number, visitor=stranger)
    assert golden.list_golden(studio.store) == ()


@pytest.mark.parametrize("deed", [None, Deed.of(gr.EventData(None, {"deed": "look:1:1"}))])
def test_what_decides_nothing_is_not_done(studio, english, candidate, deed):
    told = decide(studio.store, deed, english, visitor=local_user("keiko"), testid="answer")
    assert english("gone_meanwhile") in told
    assert model_registry.get_model(studio.store, candidate.id).state is ModelState.CANDIDATE


def test_an_unknown_version_or_project_is_told(do, candidate):
    assert "There is no model number 999" in do(DeedKind.LET_SERVE, 999, 1)
    assert "There is no project number 999" in do(DeedKind.LET_SERVE, candidate.id, 999, visitor=local_user("keiko"))
