from annotation_store.kinds import ModelKind
from annotation_store.learning import standings
from annotation_store.states import StandingState
from studio.pages.learning.deeds import Deed, DeedKind
from studio.pages.learning.scene import Scene
from studio.pages.learning.serving import serving_view
from training.canary import canary_verdicts


def test_the_shipped_model_and_the_automatic_drafter_serve_at_first(scene, english, two_products):
    html = serving_view(scene(), english)
    assert "<strong>compact</strong>" in html
    assert english("live_from_the_start") in html
    assert english("automatic_drafter") in html
    assert '<span data-testid="approved-1">3</span>' in html
    assert "data-deed" not in html  # there is nothing to go back to
    for kind in ModelKind:
        assert f'data-testid="live-{kind.value}-1"' in html


def test_a_project_without_a_choice_of_its_own_follows_the_studio(scene, english, boots):
    html = serving_view(scene(), english)
    assert html.count("<strong>compact</strong>") == 2
    assert english("serves_by_default") in html


def test_what_serves_can_be_taken_back_to_what_served_before(studio, scene, english, candidate, drafter):
    standings.place(studio.store, candidate.id, 1, StandingState.LIVE, by="gate", verdict="Better: so")
    standings.place(studio.store, drafter.id, 1, StandingState.LIVE, by="gate", verdict="Better: so")
    html = serving_view(scene(), english)
    assert f"<strong>{candidate.name}</strong>" in html
    assert Deed(DeedKind.ROLL_BACK, candidate.id, 1).text in html
    assert english("roll_back_to", name="compact") in html
    assert Deed(DeedKind.DRAFT_AUTOMATICALLY, drafter.id, 1).text in html
    assert Deed(DeedKind.ROLL_BACK, drafter.id, 1).text not in html


def test_what_is_on_trial_and_what_waits_is_told(studio, scene, english, candidate, drafter):
    place = {"by": "gate", "verdict": "Better: so"}
    standings.place(studio.store, candidate.id, 1, StandingState.CANARY, canary_share=0.2, **place)
    standings.place(studio.store, drafter.id, 1, StandingState.PASSED, **place)
    html = serving_view(scene(), english)
    assert f"On trial: {candidate.name} makes 20 % of the new drafts" in html
    assert english("waits_for_decision", name=drafter.name) in html
    with_trial = serving_view(scene(), english, trials=canary_verdicts(studio.store))
    assert english("canary_is_undecided") in with_trial
    assert english("canary_missing", count=8) in with_trial


def test_a_lead_without_projects_is_told(english):
    nothing = Scene(projects=(), versions={}, standings=(), runs=(), approved={}, golden=())
    assert english("no_projects") in serving_view(nothing, english)
