"""The functions of the part that shows the triggers, called as Gradio calls them."""

import gradio as gr
import pytest

from annotation_store.kinds import TriggerKind
from annotation_store.learning.triggers import get_trigger, list_triggers
from studio.i18n import gradio_texts
from studio.pages.learning.page import build_learn_page
from studio.pages.learning.trigger_part import SCHEDULES


@pytest.fixture
def page(functions):
    return functions(build_learn_page)


@pytest.fixture
def build(studio, page):
    """``call(name, *arguments)``: functions that ask for no request."""
    with gr.Blocks() as blocks:
        build_learn_page(studio, gradio_texts(), blocks)
    found = {each.fn.__name__: each.fn for each in blocks.fns.values() if each.fn}
    return lambda name, *arguments: found[name](*arguments)


def test_settings_are_kept_and_read(studio, page, build, english):
    assert english("triggers_saved") in page("keep_triggers", 30, SCHEDULES["on_sundays"], "Asia/Tokyo", 40)
    assert build("read_triggers") == (False, False, False, 30, SCHEDULES["on_sundays"], "Asia/Tokyo", 40)
    assert get_trigger(studio.store, TriggerKind.EFFORT).rise == 0.4


def test_triggers_are_paused_and_resumed_one_by_one(studio, build):
    build("pause_or_resume", True, False, True)
    assert [trigger.active for trigger in list_triggers(studio.store)] == [True, False, True]
    build("pause_or_resume", True, True, False)
    assert [trigger.active for trigger in list_triggers(studio.store)] == [True, True, False]
    assert build("read_triggers")[:3] == (True, True, False)


@pytest.mark.parametrize(
    ("wished", "told"),
    [
        ((0, "0 2 * * *", "UTC", 25), "newly approved mattes is not possible"),
        ((None, "0 2 * * *", "UTC", 25), "newly approved mattes is not possible"),
        ((50, "every night", "UTC", 25), "A schedule has 5 fields"),
        ((50, None, "UTC", 25), "A schedule has 5 fields"),
        ((50, "0 2 * * *", "Tokyo", 25), "no time zone"),
        ((50, "0 2 * * *", "UTC", 1), "cannot be told from chance"),
    ],
)
def test_what_cannot_be_is_said(page, wished, told):
    answer = page("keep_triggers", *wished)
    assert "notice-bad" in answer
    assert told in answer


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_that_is_offered_can_be_kept(page, name):
    assert "notice-good" in page("keep_triggers", 50, SCHEDULES[name], "UTC", 25)
