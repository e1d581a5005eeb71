from annotation_store.learning import standings, what_serves
from annotation_store.projects import ProjectSettings, change_settings
from annotation_store.states import StandingState
from studio.pages.learning.deeds import Deed, DeedKind
from studio.pages.learning.standings_view import standings_view


def deeds(html):
    return {kind for kind in DeedKind if f'data-deed="{kind.value}:' in html}


def view(studio, scene, words, version, state=None, *, everywhere=False, **more):
    if state is not None:
        standings.place(studio.store, version.id, 1, state, by="gate", verdict="Because", **more)
    return standings_view(scene(), version, words, everywhere=everywhere)


def test_a_lead_decides_about_what_has_passed(studio, scene, english, candidate):
    html = view(studio, scene, english, candidate, StandingState.PASSED)
    assert "Because" in html
    assert deeds(html) == {DeedKind.LET_SERVE, DeedKind.TRY, DeedKind.REFUSE}
    assert english("try_on_a_share", percent="20") in html
    assert english("refuse_for_good", name=candidate.name, project="General") in html


def test_a_project_that_tries_nothing_has_no_button_for_it(studio, scene, english, candidate):
    change_settings(studio.store, 1, ProjectSettings(canary_share=0), by="ren")
    html = view(studio, scene, english, candidate, StandingState.PASSED)
    assert deeds(html) == {DeedKind.LET_SERVE, DeedKind.REFUSE}


def test_a_trial_ends_either_way_and_what_was_refused_stays_so(studio, scene, english, candidate):
    tried = view(studio, scene, english, candidate, StandingState.CANARY, canary_share=0.2)
    assert deeds(tried) == {DeedKind.LET_SERVE, DeedKind.REFUSE}
    assert deeds(view(studio, scene, english, candidate, StandingState.REFUSED)) == set()


def test_what_served_before_may_serve_again(studio, scene, english, candidate):
    shipped = what_serves.live_model(studio.store)
    view(studio, scene, english, candidate, StandingState.LIVE)
    assert deeds(view(studio, scene, english, shipped)) == {DeedKind.LET_SERVE}


def test_where_a_version_was_never_tried_it_can_be_made_to_serve(studio, scene, english, candidate):
    assert english("tried_nowhere") in view(studio, scene, english, candidate)
    html = view(studio, scene, english, candidate, everywhere=True)
    assert Deed(DeedKind.LET_SERVE, candidate.id, 1).text in html


def test_projects_of_which_the_same_is_to_be_said_stand_together(studio, scene, english, candidate, boots, monkeypatch):
    moment = standings.utc_now()
    monkeypatch.setattr(standings, "utc_now", lambda: moment)
    for project_id in (1, boots):
        text = f"Worse in {project_id}"
        standings.place(studio.store, candidate.id, project_id, StandingState.REFUSED, by="gate", verdict=text)
    assert view(studio, scene, english, candidate).count("<li") == 2
    monkeypatch.setattr("studio.pages.learning.standings_view.why", lambda *_: "Worse")
    html = view(studio, scene, english, candidate)
    assert html.count("<li") == 1
    assert "<strong>Boots, General</strong>" in html


def test_who_decided_is_told(studio, scene, english, candidate):
    standings.place(studio.store, candidate.id, 1, StandingState.LIVE, by="<b>ren", verdict="")
    html = standings_view(scene(), candidate, english, everywhere=False)
    assert "decided by &lt;b&gt;ren" in html
