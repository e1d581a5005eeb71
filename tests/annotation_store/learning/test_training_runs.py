from datetime import timedelta

import pytest

from annotation_store.errors import InvalidTransitionError, NotFoundError, RunInProgressError
from annotation_store.events import recent_events
from annotation_store.kinds import ModelKind, RunCause
from annotation_store.learning.training_runs import (
    MOST_ATTEMPTS,
    Point,
    attach,
    beat,
    curve,
    finish,
    get_run,
    list_runs,
    put_back,
    put_back_lost,
    request,
    request_cancel,
    start,
)
from annotation_store.learning.training_sets import freeze
from annotation_store.states import RunState


@pytest.fixture
def run(store):
    return request(store, by="ren")


@pytest.fixture
def actions(store):
    """``actions()``: what the audit trail tells of trainings, oldest first."""

    def told():
        events = [event.action for event in reversed(recent_events(store))]
        return [action.removeprefix("training.") for action in events if action.startswith("training.")]

    return told


def kill(store, **options):
    """The process of the running training is gone, and somebody notices."""
    return put_back_lost(store, is_alive=lambda pid: False, **options)


def test_a_run_waits_with_its_cause_and_keeps_its_log_below_the_store(store):
    run = request(store, by="ren", kind=ModelKind.DRAFTER, cause=RunCause.SCHEDULE)
    assert (run.state, run.requested_by, run.log_path) == (RunState.QUEUED, "ren", "runs/0001/training.log")
    assert (run.kind, run.cause, run.progress, run.attempts) == (ModelKind.DRAFTER, RunCause.SCHEDULE, 0, 0)
    assert curve(store, run.id) == ()


def test_only_one_run_of_a_kind_is_unfinished_at_a_time(store, run):
    with pytest.raises(RunInProgressError, match="number 1 is queued: wait for it, or cancel it"):
        request(store, by="keiko")
    start(store, run.id, 4711)
    with pytest.raises(RunInProgressError, match="is running"):
        request(store, by="keiko")
    assert request(store, by="keiko", kind=ModelKind.DRAFTER).id == 2
    finish(store, run.id, RunState.FAILED, verdict="out of memory")
    assert request(store, by="keiko").id == 3
    assert [entry.id for entry in list_runs(store)] == [3, 2, 1]


def test_a_run_tells_its_progress_until_it_succeeds(world, store, run, shipped, version, actions):
    started = start(store, run.id, 4711, device="cuda")
    assert (started.state, started.pid, started.device, started.attempts) == (RunState.RUNNING, 4711, "cuda", 1)
    assert started.started_at is not None
    world.approve(world.draft("shoe_1.png")[0].id)
    world.approve(world.draft("bag_1.png")[0].id)
    training_set = freeze(store, by="training")
    attach(store, run.id, training_set_id=training_set.id)
    attached = attach(store, run.id, parent_model_id=shipped.id)
    assert (attached.training_set_id, attached.parent_model_id) == (training_set.id, shipped.id)
    point = Point(1, {"loss": 0.25}, samples_per_second=12.5, seconds_left=60.0)
    assert beat(store, run.id, progress=0.5, message="step 1", point=point) is False
    running = get_run(store, run.id)
    assert (running.samples_per_second, running.seconds_left) == (12.5, 60.0)
    assert beat(store, run.id, progress=7.0, message="judging") is False
    running = get_run(store, run.id)
    assert (running.progress, running.message, running.samples_per_second) == (1.0, "judging", None)
    assert running.heartbeat_at >= started.heartbeat_at
    model = version(run_id=run.id)
    done = finish(store, run.id, RunState.SUCCEEDED, verdict="better", candidate_id=model.id)
    assert (done.state, done.verdict, done.candidate_id) == (RunState.SUCCEEDED, "better", model.id)
    assert (done.training_set_id, done.progress) == (training_set.id, 1.0)
    assert done.finished_at >= done.started_at
    assert actions() == ["requested", "started", "succeeded"]


def test_a_curve_holds_each_step_once_in_order_as_it_was_told_last(store, run):
    start(store, run.id, 4711)
    for step, loss in ((10, 0.5), (20, 0.4), (30, 0.3)):
        beat(store, run.id, progress=0.1, message="", point=Point(step, {"loss": loss}))
    kill(store)
    start(store, run.id, 4712)  # from a checkpoint at step 10
    beat(store, run.id, progress=0.1, message="", point=Point(20, {"loss": 0.375, "sad": 2.0}))
    assert curve(store, run.id) == (
        Point(10, {"loss": 0.5}),
        Point(20, {"loss": 0.375, "sad": 2.0}),
        Point(30, {"loss": 0.3}),
    )


def test_a_figure_that_is_no_finite_number_is_not_kept(store, run):
    start(store, run.id, 4711)
    figures = {"loss": float("nan"), "grad": float("inf"), "sad": 2.0}
    beat(store, run.id, progress=0.1, message="", point=Point(1, figures))
    assert curve(store, run.id) == (Point(1, {"sad": 2.0}),)


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
    assert put_back(store, run.id) == cancelled


def test_a_run_whose_process_is_gone_goes_back_into_the_queue_and_is_gone_on_with(store, run, actions):
    started = start(store, run.id, 4711)
    beat(store, run.id, progress=0.5, message="step 1", point=Point(1, {}, seconds_left=60.0))
    assert put_back_lost(store, is_alive=lambda pid: pid == 4711) == ()
    (back,) = kill(store)
    assert (back.id, back.state, back.pid, back.attempts) == (run.id, RunState.QUEUED, None, 1)
    assert (back.progress, back.seconds_left, back.finished_at) == (0.5, None, None)
    assert beat(store, run.id, progress=0.9, message="only slow, and told to stop") is True
    assert get_run(store, run.id) == back
    again = start(store, run.id, 4712)
    assert (again.attempts, again.started_at) == (2, started.started_at)
    assert actions() == ["requested", "started", "put_back", "resumed"]


def test_a_run_whose_processes_are_killed_again_and_again_is_given_up(store, run):
    for attempt in range(1, MOST_ATTEMPTS):
        start(store, run.id, 4711)
        assert kill(store)[0].attempts == attempt
    start(store, run.id, 4711)
    (given_up,) = kill(store)
    assert (given_up.state, given_up.attempts) == (RunState.FAILED, MOST_ATTEMPTS)
    assert f"was ended {MOST_ATTEMPTS} times" in given_up.verdict
    assert given_up.finished_at is not None
    assert kill(store) == ()


def test_an_attempt_that_a_closing_studio_ended_does_not_count(store, run):
    for _ in range(MOST_ATTEMPTS + 1):
        start(store, run.id, 4711)
        assert put_back(store, run.id, is_blamed=False).attempts == 0
    assert get_run(store, run.id).state is RunState.QUEUED


@pytest.mark.parametrize("attempts", [1, MOST_ATTEMPTS])
def test_whoever_cancelled_a_training_finds_it_cancelled_though_its_process_was_killed(store, run, attempts):
    for _ in range(attempts - 1):
        start(store, run.id, 4711)
        kill(store)
    start(store, run.id, 4711)
    request_cancel(store, run.id, by="ren")
    (cancelled,) = kill(store)
    assert (cancelled.state, cancelled.verdict) == (RunState.CANCELLED, "Cancelled. What serves is unchanged.")
    assert put_back(store, run.id) == cancelled


def test_an_interrupted_run_goes_on_when_somebody_wishes_that_and_no_other_is_unfinished(store, run):
    start(store, run.id, 4711)
    finish(store, run.id, RunState.INTERRUPTED, verdict="closed")
    second = request(store, by="ren")
    with pytest.raises(RunInProgressError, match="number 2 is queued"):
        put_back(store, run.id, by="ren")
    request_cancel(store, second.id, by="ren")
    back = put_back(store, run.id, by="ren")
    assert (back.state, back.verdict, back.finished_at) == (RunState.QUEUED, None, None)
    assert start(store, run.id, 4712).attempts == 2


def test_an_interrupted_run_that_was_to_be_cancelled_does_not_go_on(store, run):
    start(store, run.id, 4711)
    request_cancel(store, run.id, by="ren")
    finish(store, run.id, RunState.INTERRUPTED, verdict="closed")
    assert put_back(store, run.id).state is RunState.CANCELLED


def test_what_is_over_stays_as_it_is(store, run):
    start(store, run.id, 4711)
    done = finish(store, run.id, RunState.SUCCEEDED, verdict="better")
    assert put_back(store, run.id) == done


def test_what_waits_for_the_studio_waits_as_long_as_it_takes(store, run):
    assert kill(store, queue_patience=timedelta(0)) == ()
    assert get_run(store, run.id).state is RunState.QUEUED


def test_what_waits_for_a_command_that_is_gone_is_given_up_after_a_while(store):
    run = request(store, by="ren", cause=RunCause.COMMAND)
    assert kill(store) == ()
    (lost,) = kill(store, queue_patience=timedelta(0))
    assert (lost.id, lost.state) == (run.id, RunState.INTERRUPTED)
    assert "Start it anew" in lost.verdict
    assert request(store, by="ren").state is RunState.QUEUED


def test_an_unknown_run_is_not_found(store):
    with pytest.raises(NotFoundError, match="no training run number 8"):
        get_run(store, 8)
