"""The Learn page's answers, called as Gradio calls them."""

from types import SimpleNamespace

import gradio as gr
import pytest

from annotation_store.learning import model_registry, standings, training_runs
from annotation_store.states import ModelState, RunState
from studio.i18n import Words, gradio_texts
from studio.pages.learn import LOG_TAIL_BYTES, build_learn_page
from studio.sign_in.visitor import local_user

REQUEST = SimpleNamespace(headers={"accept-language": "en"})
ENGLISH = Words("en")


@pytest.fixture
def page(studio, ask_as):
    """``page("start")``: call the page's function of that name."""
    with gr.Blocks() as blocks:
        build_learn_page(studio, gradio_texts(), blocks)
    functions = {listener.fn.__name__: listener.fn for listener in blocks.fns.values() if listener.fn}
    ask_as(local_user("keiko"))
    return lambda name, *arguments: functions[name](*arguments, REQUEST)


@pytest.fixture
def candidate(studio, compact_weights):
    """A version that waits to be chosen."""
    return model_registry.register_candidate(
        studio.store,
        architecture="compact",
        weights=compact_weights.read_bytes(),
        parent_id=None,
        run_id=None,
        metrics={"candidate": {"sad": 1.25, "mse": 0.0125}, "live": {"sad": 2.5, "mse": 0.025}},
        licence="test",
        code_version="test",
    )


def test_a_training_is_asked_for_once(studio, page):
    assert ENGLISH("training_requested", number=1) in page("start")
    (run,) = training_runs.list_runs(studio.store)
    assert (run.state, run.requested_by) == (RunState.QUEUED, "keiko")
    assert len(studio.jobs.huey.pending()) == 1
    assert "Training number 1 is queued: wait for it, or cancel it." in page("start")
    assert len(studio.jobs.huey.pending()) == 1


def test_a_training_is_cancelled(studio, page):
    page("start")
    page("stop")
    assert training_runs.list_runs(studio.store)[0].state is RunState.CANCELLED


def test_there_may_be_nothing_to_cancel(page):
    assert ENGLISH("cancel_requested") in page("stop")


def test_a_chosen_version_goes_live_with_the_name_of_who_chose_it(studio, page, candidate):
    assert ENGLISH("model_is_live", name=candidate.name) in page("use_model", candidate.name)
    live = standings.live_model(studio.store)
    assert (live.id, live.verdict) == (candidate.id, ENGLISH("chosen_by", person="keiko"))


@pytest.mark.parametrize("name", [None, "", "compact", "no such model"])
def test_nothing_sensible_chosen_is_said(studio, page, name):
    assert ENGLISH("choose_model_first") in page("use_model", name)
    assert standings.live_model(studio.store).name == "compact"


def test_a_version_with_damaged_weights_does_not_go_live(studio, page, candidate):
    studio.store.blobs.path(candidate.weights_blob).write_bytes(b"damaged")
    assert "has changed on the disk" in page("use_model", candidate.name)
    assert standings.live_model(studio.store).name == "compact"


def test_a_rejected_version_cannot_be_chosen(studio, page, candidate):
    model_registry.reject(studio.store, candidate.id, verdict="worse", by="gate")
    assert "notice-bad" in page("use_model", candidate.name)
    assert model_registry.get_model(studio.store, candidate.id).state is ModelState.REJECTED


def test_the_page_shows_models_with_their_figures_and_the_newest_run(studio, page, candidate):
    page("start")
    run = training_runs.list_runs(studio.store)[0]
    training_runs.start(studio.store, run.id, 1)
    training_runs.beat(studio.store, run.id, progress=0.5, message="<b>half</b>")
    log = studio.store.folder / run.log_path
    log.parent.mkdir(parents=True)
    log.write_text("x" * LOG_TAIL_BYTES + "the end")

    live, run_view, log_view, models, choice, retrain, cancel, seen = page("refresh", "", None)
    assert "<h2>compact</h2>" in live
    assert 'data-state="running"' in run_view
    assert 'aria-valuenow="50"' in run_view
    assert "&lt;b&gt;half&lt;/b&gt;" in run_view
    assert log_view.endswith("the end")
    assert len(log_view) == LOG_TAIL_BYTES
    assert "SAD 1.250 / 2.500, MSE 0.01250 / 0.02500" in models
    assert choice["choices"] == [candidate.name, "closed-form"]
    assert (retrain["interactive"], cancel["interactive"]) == (False, True)
    assert seen


def test_what_is_chosen_stays_chosen_while_a_training_goes_on(studio, page, candidate):
    assert page("refresh", "", "closed-form")[4]["value"] == "closed-form"
    assert page("refresh", "", None)[4]["value"] == candidate.name
    assert page("refresh", "", "compact")[4]["value"] == candidate.name


def test_nothing_is_sent_while_nothing_changes(studio, page):
    *_, seen = page("refresh", "", None)
    assert page("refresh", seen, None)[:-1] == tuple([gr.skip()] * 7)
    page("start")
    assert page("refresh", seen, None)[-1] != seen
