import gradio as gr
import pytest
from small_images import draft

from annotation_store.events import recent_events
from annotation_store.kinds import LearningPolicy, QueuePolicy, Role
from annotation_store.projects import create_project, get_project, list_projects
from studio.pages.projects import build_projects_page
from studio.sign_in.visitor import Visitor

SETTINGS = ("Shoes", "leather", "hardest_first", 0.1, 0.05, True, True, 0.95, "canary", 0.3, "# Keep the laces")
OPEN, CLOSED = True, False  # whether leads see figures of single people


@pytest.fixture
def page(functions):
    return functions(build_projects_page)


def lead(*projects):
    return Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset(projects), person_id=3)


def test_the_page_shows_each_project_with_its_counts(studio, page):
    draft(studio.store, "cup_1.png", 1)
    overview, creating, chosen, archive = page("open_page", None)
    assert "<strong>General</strong>" in overview
    assert overview.count("<td>1</td>") == 1
    assert (creating["visible"], archive["visible"], chosen["value"]) == (True, True, 1)


def test_a_project_is_made_and_its_settings_are_kept_and_shown(studio, page):
    answer, number, left = page("make", "Boots", None)
    assert "Boots" in answer
    assert left == ""
    assert "Saved: Shoes" in page("keep", number, *SETTINGS, CLOSED)
    project = get_project(studio.store, number)
    assert (project.name, project.tag, project.policy) == ("Shoes", "leather", QueuePolicy.HARDEST_FIRST)
    assert (project.random_share, project.honeypot_share) == (0.1, 0.05)
    assert (project.four_eyes, project.bulk_confidence, project.guidelines) == (True, 0.95, "# Keep the laces")
    assert (project.learning, project.canary_share) == (LearningPolicy.CANARY, 0.3)
    assert page("show", number)[: len(SETTINGS)] == SETTINGS


def test_what_a_project_cannot_have_is_said(studio, page):
    assert "notice-bad" in page("keep", 1, "", *SETTINGS[1:], CLOSED)
    assert "notice-bad" in page("make", "general", 1)[0]
    assert get_project(studio.store, 1).name == "General"


def test_a_project_is_archived_and_taken_up_again(studio, page):
    number = create_project(studio.store, "Boots", by="ren").id
    assert "Archived" in page("archive_or_not", number)
    assert get_project(studio.store, number).archived_at is not None
    assert ("Boots (archived)", number) in page("open_page", None)[2]["choices"]
    assert "goes on" in page("archive_or_not", number)
    assert get_project(studio.store, number).archived_at is None


def test_a_lead_changes_their_own_projects_and_no_other(studio, page, ask_as):
    other = create_project(studio.store, "Boots", by="ren").id
    ask_as(lead(1))
    overview, creating, chosen, archive = page("open_page", other)
    assert "Boots" not in overview
    assert (creating["visible"], archive["visible"], chosen["value"]) == (False, False, 1)
    assert "Choose a project first" in page("keep", other, *SETTINGS, CLOSED)
    assert get_project(studio.store, other).name == "Boots"
    for name, arguments in (("make", ("Hats", None)), ("archive_or_not", (1,))):
        with pytest.raises(gr.Error):
            page(name, *arguments)
    assert [project.name for project in list_projects(studio.store)] == ["Boots", "General"]


def test_whether_leads_see_figures_of_single_people_is_for_an_admin_to_say(studio, page, ask_as):
    *_, switch, _ = page("show", 1)
    assert (switch["value"], switch["interactive"]) == (False, True)
    assert "Saved" in page("keep", 1, *SETTINGS, OPEN)
    assert get_project(studio.store, 1).figures_by_person
    changed = [event for event in recent_events(studio.store) if event.action == "project.changed"]
    assert changed[0].data["changes"]["figures_by_person"] == [False, True]
    assert changed[0].actor == "keiko"
    assert "Saved" in page("keep", 1, *SETTINGS, CLOSED)
    assert not get_project(studio.store, 1).figures_by_person


@pytest.mark.parametrize("was", [True, False])
def test_a_lead_sees_the_switch_and_changes_nothing_by_it_whatever_their_browser_sends(studio, page, ask_as, was):
    page("keep", 1, *SETTINGS, was)
    ask_as(lead(1))
    *_, switch, _ = page("show", 1)
    assert (switch["value"], switch["interactive"]) == (was, False)
    assert "Only an admin" in switch["info"]
    assert "Saved: Boots" in page("keep", 1, "Boots", *SETTINGS[1:], not was)
    assert get_project(studio.store, 1).figures_by_person is was
