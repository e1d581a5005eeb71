from types import SimpleNamespace

import gradio as gr
import pytest
from small_images import draft

from annotation_store.kinds import Role
from annotation_store.learning.what_serves import live_model
from annotation_store.pilots.pilots import begin_pilot, get_pilot, list_pilots
from annotation_store.projects import create_project
from annotation_store.states import PilotState
from annotation_store.tags import set_tags
from studio.i18n import gradio_texts
from studio.pages.pilots.page import build_pilot_page
from studio.sign_in.visitor import Visitor


@pytest.fixture
def page(studio, ask_as):
    """``page("count", 1, "")``: a function of the page, called with the request where Gradio passes it."""
    with gr.Blocks() as built:
        build_pilot_page(studio, gradio_texts(), built)
    found = {each.fn.__name__: each.fn for each in built.fns.values() if each.fn}
    ask_as(lead("keiko", None))
    request = SimpleNamespace(headers={"accept-language": "en"})

    def call(name, *arguments, deed=None):
        event = [SimpleNamespace(_data={"deed": deed})] if name == "act" else []
        return found[name](*arguments, request, *event)

    return call


@pytest.fixture
def drafted(studio):
    """Twelve photos that a model has drafted, every third of hair."""
    model = live_model(studio.store, 1)
    images = [draft(studio.store, f"cup{number * 'o'}.png", number, model_id=model.id) for number in range(12)]
    for image in images[::3]:
        set_tags(studio.store, image.id, ["hair"], by="keiko")
    return images


@pytest.fixture
def pilot(studio, drafted):
    ids = [image.id for image in drafted]
    return begin_pilot(studio.store, 1, name="Autumn", image_ids=ids, blank_share=0.5, by="keiko")


def lead(name="mika", project=1):
    projects = None if project is None else frozenset({project})
    return Visitor(name=name, display_name=name, role=Role.LEAD, projects=projects, person_id=3)


def test_it_tells_how_many_photos_can_take_part_and_lets_one_begin_with_enough(page, drafted):
    told, button = page("count", 1, "")
    assert "Photos that can take part: 12." in told
    assert button["interactive"] is True
    told, button = page("count", 1, "hair")
    assert "Photos that can take part: 4." in told
    assert "at least 10" in told
    assert button["interactive"] is False


def test_the_tags_of_the_project_are_offered(page, drafted):
    assert ("hair", "hair") in page("offer_tags", 1)["choices"]


def test_a_pilot_without_a_name_is_called_pilot(page, studio, drafted):
    answer, running, _ = page("begin_trial", 1, "", "  ", 12, 50)
    assert "“Pilot” has begun" in answer
    assert "0 of 12 done" in running


def test_what_cannot_begin_is_told_in_words(page, studio):
    answer, _, _ = page("begin_trial", 1, "", "Autumn", 12, 50)
    assert "A pilot of 0 photos cannot be" in answer
    assert list_pilots(studio.store) == ()


def test_somebody_elses_project_is_not_there(page, studio, drafted, ask_as):
    ask_as(lead(project=create_project(studio.store, "Boots", by="keiko").id))
    assert "Photos that can take part: 0." in page("count", 1, "")[0]
    assert page("offer_tags", 1)["choices"] == [("All tags", "")]
    assert "not there any more" in page("begin_trial", 1, "", "Autumn", 12, 50)[0] or list_pilots(studio.store) == ()
    assert list_pilots(studio.store) == ()


@pytest.mark.parametrize("kind", ["finish", "call_off", "show"])
def test_somebody_elses_pilot_is_not_ended_and_not_shown(page, studio, pilot, ask_as, kind):
    ask_as(lead(project=create_project(studio.store, "Boots", by="keiko").id))
    answer, running, earlier, _ = page("act", deed=f"{kind}:{pilot.id}")
    assert 'data-testid="pilot-answer"' in answer
    assert "Autumn" not in answer + running + earlier
    assert get_pilot(studio.store, pilot.id).state is PilotState.RUNNING


@pytest.mark.parametrize("deed", [None, "", "finish", "finish:x", "finish:-1", f"finish:{2**70}", "explode:1"])
def test_what_no_button_says_does_nothing(page, studio, pilot, deed):
    page("act", deed=deed)
    assert get_pilot(studio.store, pilot.id).state is PilotState.RUNNING


def test_a_finished_pilot_shows_its_report_at_once_and_when_the_page_is_opened(page, studio, pilot):
    assert page("show_newest") == ""
    _, running, earlier, report = page("act", deed=f"finish:{pilot.id}")
    assert running == ""
    assert f"/api/v1/pilots/{pilot.id}/report.pdf" in earlier
    assert "Too few photos to tell" in report
    assert page("show_newest") == report == page("act", deed=f"show:{pilot.id}")[3]


def test_how_far_it_is_is_told_anew(page, pilot):
    assert "Autumn" in page("refresh")
    page("act", deed=f"call_off:{pilot.id}")
    assert page("refresh") == ""


def test_a_pilot_is_not_ended_twice(page, pilot):
    page("act", deed=f"call_off:{pilot.id}")
    answer, *_ = page("act", deed=f"finish:{pilot.id}")
    assert "notice-bad" in answer
