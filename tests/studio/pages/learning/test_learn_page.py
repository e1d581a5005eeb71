"""The page's functions, called as Gradio calls them."""

import gradio as gr
import pytest
from gradio.context import LocalContext

from annotation_store.kinds import TriggerKind
from annotation_store.learning import golden, standings, training_runs
from annotation_store.learning.triggers import change_trigger
from annotation_store.states import StandingState
from studio.i18n import gradio_texts
from studio.pages.learning.deeds import Deed, DeedKind
from studio.pages.learning.page import build_learn_page

TRIGGERS = tuple(kind.value for kind in TriggerKind)
NAMES = ("serving", "retrain", "busy", "preview", "running", "earlier", "log", "models", "golden", *TRIGGERS)
NOTHING = gr.skip()


@pytest.fixture
def page(functions):
    return functions(build_learn_page)


@pytest.fixture
def press(page, studio):
    """``press(deed, selected)``: the answer, and the version that is looked at then."""
    with gr.Blocks() as blocks:
        build_learn_page(studio, gradio_texts(), blocks)
    act = next(each.fn for each in blocks.fns.values() if each.fn and each.fn.__name__ == "act")

    def do(deed, selected=None):
        return act(selected, LocalContext.request.get(), gr.EventData(None, {"deed": deed.text}))

    return do


def refreshed(page, seen=()):
    """What is sent, by name, and what is handed in the next time."""
    *drawn, seen = page("refresh", list(seen))
    parts = dict(zip(NAMES, drawn, strict=True))
    return {name: part for name, part in parts.items() if part != NOTHING}, seen


def test_all_parts_are_shown_at_first_and_nothing_is_sent_while_nothing_changes(page, two_products):
    sent, seen = refreshed(page)
    assert set(sent) == set(NAMES)
    assert sent["retrain"]["interactive"]
    assert refreshed(page, seen) == ({}, seen)


def test_a_training_that_comes_along_sends_itself_and_nothing_else(studio, page, two_products):
    assert "is on its way" in page("start")
    run = training_runs.list_runs(studio.store)[-1]
    training_runs.start(studio.store, run.id, 1)
    sent, seen = refreshed(page)
    assert not sent["retrain"]["interactive"]
    training_runs.beat(studio.store, run.id, progress=0.5, message="half")
    assert set(refreshed(page, seen)[0]) == {"running"}


def test_a_decision_sends_what_serves_and_the_versions(studio, page, press, candidate):
    standings.place(studio.store, candidate.id, 1, StandingState.PASSED, by="gate", verdict="Better: so")
    _, seen = refreshed(page)
    told, selected = press(Deed(DeedKind.LET_SERVE, candidate.id, 1), 5)
    assert f"{candidate.name} serves General now" in told
    assert selected == 5
    assert set(refreshed(page, seen)[0]) == {"serving", "models"}


def test_a_golden_image_sends_the_golden_ones_and_what_would_be_learnt(studio, page, two_products):
    _, seen = refreshed(page)
    golden.choose_golden(studio.store, two_products[0], by="keiko")
    assert set(refreshed(page, seen)[0]) >= {"golden", "preview"}


def test_a_trigger_that_was_changed_sends_the_triggers(studio, page):
    _, seen = refreshed(page)
    change_trigger(studio.store, TriggerKind.APPROVALS, approvals=7, by="ren")
    sent, _ = refreshed(page, seen)
    assert set(sent) == set(TRIGGERS)
    assert "0 of 7" in sent["approvals"]


def test_looking_closer_decides_nothing(press, candidate):
    assert press(Deed(DeedKind.LOOK, candidate.id)) == (NOTHING, candidate.id)
