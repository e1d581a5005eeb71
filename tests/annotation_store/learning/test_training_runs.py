from datetime import timedelta

import pytest

from annotation_store.errors import InvalidTransitionError, NotFoundError, RunInProgressError
from annotation_store.events import recent_events
from annotation_store.learning.model_registry import register_candidate, register_shipped
from annotation_store.learning.training_runs import (
    append_history,
    attach_training_set,
    beat,
    finish,
    get_run,
    list_runs,
    mark_interrupted,
    request,
    request_cancel,
    start,
)
from annotation_store.learning.training_sets import freeze
from annotation_store.states import RunState


@pytest.fixture
def run(store):
    return request(store, by="ren")


def test_a_run_starts_from_the_live_model_and_keeps_its_log_below_the_store(store):
    model = register_shipped(store, name="compact", architecture="compact", shipped_weights="c", licence="MIT")
    run = request(store, by="ren")
    assert (run.state, run.parent_model_id, run.requested_by) == (RunState.QUEUED, model.id, "ren")
    assert (run.progress, run.history, run.log_path) == (0, [], "runs/0001/training.log")


def test_only_one_run_at_a_time(store, run):
    with pytest.raises(RunInProgressError, match="number 1 is queued: wait for it, or cancel it"):
        request(store, by="keiko")
    start(store, run.id, 4711)
    with pytest.raises(RunInProgressError, match="is running"):
        request(store, by="keiko")
    finish(store, run.id, RunState.FAILED, verdict="out of memory")
    assert request(store, by="keiko").id == 2
    assert [entry.id for entry in list_runs(store)] == [2, 1]


def test_a_run_tells_its_progress_until_it_succeeds(world, store, run):
    started = start(store, run.id, 4711)
    assert (started.state, started.pid) == (RunState.RUNNING, 4711)
    assert started.started_at is not None
    world.approve(world.draft("shoe_1.png")[0].id)
    world.approve(world.draft("bag_1.png")[0].id)
    training_set = freeze(store, by="training")
    attach_training_set(store, run.id, training_set.id)
    assert beat(store, run.id, progress=0.5, message="epoch 1", row={"epoch": 1, "loss": 0.25}) is False
    assert beat(store, run.id, progress=7.0, message="epoch 2", row={"epoch": 2, "loss": 0.125}) is False
    append_history(store, run.id, {"epoch": 3})
    running = get_run(store, run.id)
    assert (running.progress, running.message) == (1.0, "epoch 2")
    assert running.history == [{"epoch": 1, "loss": 0.25}, {"epoch": 2, "loss": 0.125}, {"epoch": 3}]
    assert running.heartbeat_at >= started.heartbeat_at
    model = register_candidate(
        store,
        architecture="compact",
        weights=b"w",
        parent_id=None,
        run_id=run.id,
        metrics={},
        licence="MIT",
        code_version="1",
    )
    done = finish(store, run.id, RunState.SUCCEEDED, verdict="better", candidate_id=model.id)
    assert (done.state, done.verdict, done.candidate_id) == (RunState.SUCCEEDED, "better", model.id)
    assert (done.training_set_id, done.progress) == (training_set.id, 1.0)
    assert done.finished_at >= done.started_at
    actions = [event.action for event in recent_events(store) if event.action.startswith("training.")]
    assert actions == ["training.succeeded", "training.started", "training.requested"]


def test_a_running_training_learns_of_its_cancellation_at_the_next_beat(store, run):
    start(store, run.id, 4711)
    assert request_cancel(store, run.id, by="ren").state is RunState.RUNNING
    assert beat(store, run.id, progress=0.1, message="epoch 1") is True
    assert finish(store, run.id, RunState.CANCELLED, verdict=None).state is RunState.CANCELLED


def test_a_queued_run_is_cancelled_at_once_and_can_no_longer_start(store, run):
    cancelled = request_cancel(store, run.id, by="ren")
    assert cancelled.state is RunState.CANCELLED
    assert cancelled.finished_at is not None
    with pytest.raises(InvalidTransitionError):
        start(store, run.id, 4711)
    assert request_cancel(store, run.id, by="ren") == cancelled


def test_a_run_whose_process_is_gone_is_interrupted_and_told_to_stop_if_it_was_only_slow(store, run):
    start(store, run.id, 4711)
    assert mark_interrupted(store, is_alive=lambda pid: pid == 4711) == ()
    (lost,) = mark_interrupted(store, is_alive=lambda pid: False)
    assert (lost.id, lost.state) == (run.id, RunState.INTERRUPTED)
    assert "Start it anew" in lost.verdict
    assert beat(store, run.id, progress=0.9, message="still here") is True
    assert get_run(store, run.id) == lost


def test_a_queued_run_is_given_up_only_after_a_while(store, run):
    assert mark_interrupted(store, is_alive=lambda pid: False) == ()
    (lost,) = mark_interrupted(store, is_alive=lambda pid: True, queue_patience=timedelta(0))
    assert lost.state is RunState.INTERRUPTED
    assert request(store, by="ren").state is RunState.QUEUED


def test_an_unknown_run_is_not_found(store):
    with pytest.raises(NotFoundError, match="no training run number 8"):
        get_run(store, 8)
