from functools import partial
from types import SimpleNamespace

import pytest
from small_images import approve
from structlog.testing import capture_logs

from annotation_store.errors import StoreFullError, StoreUnavailableError
from annotation_store.events import recent_events
from annotation_store.kinds import ModelKind, RunCause, TriggerKind
from annotation_store.learning import training_runs
from annotation_store.learning.effort import efforts_since
from annotation_store.learning.triggers import change_trigger, get_trigger
from annotation_store.states import RunState
from matting_core.errors import WeightsError
from studio import triggers as triggers_module
from studio.triggers import TriggerWatch


class Queue:
    """Keeps what it is told, or has no room."""

    def __init__(self):
        self.told = []
        self.full = False

    def train(self, run_id):
        if self.full:
            raise StoreFullError("There is no room left.")
        self.told.append(run_id)


@pytest.fixture
def queue():
    return Queue()


@pytest.fixture
def watch(studio, queue):
    return TriggerWatch(studio.store, queue)


@pytest.fixture
def due(studio):
    """Two approved images, of which one is enough to begin."""
    change_trigger(studio.store, TriggerKind.APPROVALS, approvals=1, active=True, by="ren")
    return [approve(studio.store, f"{name}.png", seed) for seed, name in enumerate(("cup", "hat"))]


def runs(studio):
    return training_runs.list_runs(studio.store)[::-1]


def end(studio, run_id):
    training_runs.start(studio.store, run_id, 1)
    training_runs.finish(studio.store, run_id, RunState.FAILED, verdict="for the test")


def test_a_trigger_that_is_due_begins_a_training_of_each_kind_once(studio, watch, queue, due):
    watch.look()
    matting, drafter = runs(studio)
    assert [run.kind for run in (matting, drafter)] == [ModelKind.MATTING, ModelKind.DRAFTER]
    assert {run.cause for run in (matting, drafter)} == {RunCause.APPROVALS}
    assert matting.requested_by == "approvals"
    assert get_trigger(studio.store, TriggerKind.APPROVALS).fired_at is not None
    assert [event.action for event in recent_events(studio.store, 1)] == ["trigger.fired"]
    watch.look()
    for run in (matting, drafter):
        end(studio, run.id)
    watch.look()
    assert len(runs(studio)) == 2


def test_the_queue_is_told_of_the_second_training_when_the_first_is_over(studio, watch, queue, due):
    watch.look()
    matting, drafter = runs(studio)
    watch.look()
    assert queue.told == [matting.id]
    training_runs.start(studio.store, matting.id, 1)
    watch.look()
    assert queue.told == [matting.id]
    training_runs.finish(studio.store, matting.id, RunState.SUCCEEDED, verdict="better")
    watch.look()
    watch.look()
    assert queue.told == [matting.id, drafter.id]


def test_what_was_cancelled_meanwhile_is_not_told(studio, watch, queue, due):
    watch.look()
    matting, drafter = runs(studio)
    training_runs.request_cancel(studio.store, drafter.id, by="ren")
    end(studio, matting.id)
    watch.look()
    assert queue.told == [matting.id]


def test_a_queue_without_room_is_told_later(studio, watch, queue, due):
    queue.full = True
    with capture_logs() as logs:
        watch.look()
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["the learning waits"]
    queue.full = False
    watch.look()
    assert queue.told == [runs(studio)[0].id]


def test_somebody_who_presses_the_button_at_the_same_moment_is_not_hindered(studio, watch, due, monkeypatch):
    def pressed(_store, _now):
        training_runs.request(studio.store, by="keiko")
        return (TriggerKind.APPROVALS,)

    monkeypatch.setattr(triggers_module, "all_due", pressed)
    watch.look()
    assert [(run.kind, run.requested_by) for run in runs(studio)] == [
        (ModelKind.MATTING, "keiko"),
        (ModelKind.DRAFTER, "approvals"),
    ]


def test_efforts_are_measured_with_every_look_until_all_are(studio, watch, due, monkeypatch):
    one_by_one = partial(triggers_module.measure_efforts, limit=1)
    monkeypatch.setattr(triggers_module, "AT_ONCE", 1)
    monkeypatch.setattr(triggers_module, "measure_efforts", one_by_one)
    watch.look()
    assert len(efforts_since(studio.store, due[0].created_at)) == 2


@pytest.mark.parametrize("error", [StoreUnavailableError("not now"), RuntimeError("a fault")])
@pytest.mark.parametrize("step", ["measure_efforts", "all_due", "note_fired"])
def test_no_error_ends_the_watch_and_the_other_steps_are_done(studio, watch, queue, due, monkeypatch, step, error):
    def fail(*_given, **_named):
        raise error

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(triggers_module, step, fail)
        watch.look()
    (told,) = [entry["event"] for entry in logs if entry["log_level"] in ("warning", "error")]
    assert told == ("the learning has stumbled" if isinstance(error, RuntimeError) else "the learning waits")
    watch.look()
    assert len(runs(studio)) == 2  # in the end, and not twice
    assert queue.told == [runs(studio)[0].id]


def test_canaries_are_settled_with_a_check_of_their_files(watch, monkeypatch):
    refused = []

    def settle(_store, *, load):
        nothing = {"architecture": "compact", "weights_blob": None, "shipped_weights": None, "name": "x"}
        for kind in ModelKind:
            with pytest.raises(WeightsError):
                load(SimpleNamespace(kind=kind, **nothing))
            refused.append(kind)
        return ()

    monkeypatch.setattr(triggers_module, "settle_canaries", settle)
    watch.look()
    assert refused == list(ModelKind)


def test_the_watch_looks_at_once_and_then_every_minute(watch, monkeypatch):
    class EnoughError(Exception):
        """It would go on for ever."""

    happened = []

    def sleep(seconds):
        happened.append(seconds)
        if len(happened) == 4:
            raise EnoughError

    monkeypatch.setattr(watch, "look", lambda: happened.append("look"))
    monkeypatch.setattr(triggers_module, "time", SimpleNamespace(sleep=sleep))
    with pytest.raises(EnoughError):
        watch.watch()
    assert happened == ["look", 60.0, "look", 60.0]
