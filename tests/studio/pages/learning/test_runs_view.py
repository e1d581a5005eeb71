import pytest

from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, training_runs
from annotation_store.learning.training_runs import Point
from annotation_store.states import RunState
from annotation_store.workers.places import Place
from studio.pages.learning.deeds import Deed, DeedKind
from studio.pages.learning.runs_view import LOG_TAIL_BYTES, earlier_view, log_tail, running_view, runs_to_watch
from training.gate.verdict import GateOutcome


@pytest.fixture
def running(studio):
    """``running(kind)``: a training that has begun."""

    def start(kind=ModelKind.MATTING):
        run = training_runs.request(studio.store, by="keiko", kind=kind)
        return training_runs.start(studio.store, run.id, 1, device="cuda:0")

    return start


def test_a_running_training_tells_how_it_comes_along(studio, scene, english, running):
    run = running()
    for step in (1, 2):
        point = Point(step, {"error": 0.2 / step}, samples_per_second=12.4, seconds_left=190)
        training_runs.beat(studio.store, run.id, progress=0.5, message="<b>half</b>", point=point)
    html = running_view(studio.store, scene(), english)
    assert 'data-state="running"' in html
    assert 'aria-valuenow="50"' in html
    assert "50 % · 3 min left · 12.4 samples/s · cuda:0 · &lt;b&gt;half&lt;/b&gt;" in html
    assert 'data-testid="curves"' in html
    assert Deed(DeedKind.CANCEL, run.id).text in html
    assert "attempt" not in html


def test_a_training_that_went_on_after_a_crash_says_so(studio, scene, english, running):
    run = running()
    training_runs.put_back(studio.store, run.id)
    training_runs.start(studio.store, run.id, 1)
    assert english("run_resumed", count=2) in running_view(studio.store, scene(), english)


def test_a_training_that_is_to_stop_cannot_be_cancelled_again(studio, scene, english, running):
    training_runs.request_cancel(studio.store, running().id, by="keiko")
    html = running_view(studio.store, scene(), english)
    assert english("cancel_requested") in html
    assert "data-deed" not in html


def test_the_last_training_of_each_kind_is_watched_what_goes_on_first(studio, scene, english, running):
    assert english("never_trained") in running_view(studio.store, scene(), english)
    for kind in ModelKind:
        training_runs.finish(studio.store, running(kind).id, RunState.FAILED, verdict="It failed.")
    assert {run.kind for run in runs_to_watch(scene())} == set(ModelKind)
    assert running_view(studio.store, scene(), english).count("It failed.") == 2
    again = running(ModelKind.DRAFTER)
    assert [(run.id, run.kind) for run in runs_to_watch(scene())] == [(again.id, again.kind), (1, ModelKind.MATTING)]
    assert running_view(studio.store, scene(), english).count("It failed.") == 1


def test_earlier_trainings_are_told_with_what_came_of_them(studio, scene, english, candidate, running):
    assert english("no_earlier_runs") in earlier_view(scene(), english)
    store = studio.store
    training_runs.finish(store, running().id, RunState.SUCCEEDED, verdict="Better: so", candidate_id=candidate.id)
    training_runs.finish(store, running().id, RunState.CANCELLED, verdict="Cancelled.")
    training_runs.finish(store, running().id, RunState.FAILED, verdict="<b>Out of memory</b>")
    html = earlier_view(scene(), english)
    assert english("run_made", name=candidate.name, verdict="Better: so") in html
    assert english("run_was_cancelled") in html
    assert "&lt;b&gt;Out of memory" in html
    assert html.count('href="/api/v1/runs/') == 3
    assert html.index("3 · ") < html.index("1 · ")


def test_the_verdict_over_the_whole_studio_is_told_in_the_visitors_language(
    studio, scene, japanese, compact_weights, verdicts, running
):
    made = model_registry.register_candidate(
        studio.store,
        architecture="compact",
        weights=compact_weights.read_bytes(),
        parent_id=None,
        run_id=None,
        metrics={"gate": verdicts(GateOutcome.WORSE)},
        licence="test",
        code_version="test",
    )
    training_runs.finish(studio.store, running().id, RunState.SUCCEEDED, verdict="Worse", candidate_id=made.id)
    assert japanese("outcome_worse", tag="") in earlier_view(scene(), japanese)


def test_the_end_of_the_log_is_shown_and_a_missing_one_is_empty(studio, running, english):
    run = running()
    assert log_tail(studio.store, [run], english) == ""
    path = studio.store.folder / run.log_path
    path.parent.mkdir(parents=True)
    path.write_text("x" * LOG_TAIL_BYTES + "the end")
    tail = log_tail(studio.store, [run], english)
    assert tail.endswith("the end")
    assert len(tail) == LOG_TAIL_BYTES


def test_a_log_that_another_computer_writes_is_told_of_in_both_languages(
    studio, running, english, japanese, monkeypatch
):
    monkeypatch.setattr(training_runs, "here", lambda: Place("gpu-2", 7))
    run = running()
    assert "lies on gpu-2" in log_tail(studio.store, [run], english)
    assert "gpu-2 にあります" in log_tail(studio.store, [run], japanese)
