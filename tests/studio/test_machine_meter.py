import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.errors import StoreBusyError
from annotation_store.kinds import MachineWork
from studio import machine_meter
from studio.machine_meter import MachineMeter, Stopwatch


@pytest.fixture
def now(monkeypatch):
    """The monotonic clock, which stands still unless a test moves it; only the meter sees it."""
    clock = SimpleNamespace(seconds=100.0)
    monkeypatch.setattr(machine_meter, "time", SimpleNamespace(monotonic=lambda: clock.seconds))
    return clock


@pytest.fixture
def meter(studio, now):
    """Writes nothing down by itself."""
    opened = MachineMeter(studio.store, device=lambda: "cpu", every=3600)
    yield opened
    opened.close()


def noted(store):
    row = schema.MachineHour
    with store.database.read() as session:
        return [tuple(each) for each in session.execute(select(row.work, row.device, row.seconds, row.images))]


def test_work_and_strokes_are_written_down_together(studio, now, meter):
    for seconds in (2, 3):
        with meter.working(strokes=1):
            now.seconds += seconds
        now.seconds += 50  # nobody draws
    assert noted(studio.store) == []
    meter.flush()
    assert noted(studio.store) == [(MachineWork.CORRECTING, "cpu", 5.0, 2)]


def test_nothing_is_written_down_twice(studio, now, meter):
    with meter.working(strokes=1):
        now.seconds += 2
    meter.flush()
    meter.flush()
    assert noted(studio.store) == [(MachineWork.CORRECTING, "cpu", 2.0, 1)]


def test_two_at_once_are_one_machine_at_work(studio, now, meter):
    with meter.working(strokes=1):
        now.seconds += 1
        with meter.working(strokes=1):
            now.seconds += 2
        now.seconds += 1
    meter.flush()
    assert noted(studio.store) == [(MachineWork.CORRECTING, "cpu", 4.0, 2)]


def test_what_is_still_at_work_is_written_down_as_far_as_it_is(studio, now, meter):
    with meter.working(strokes=1):
        now.seconds += 2
        meter.flush()
        assert noted(studio.store) == [(MachineWork.CORRECTING, "cpu", 2.0, 0)]
        now.seconds += 3
    meter.flush()
    assert noted(studio.store) == [(MachineWork.CORRECTING, "cpu", 5.0, 1)]


def test_a_stroke_that_failed_took_its_time_and_is_no_answer(studio, now, meter):
    def answer():
        with meter.working(strokes=1):
            now.seconds += 2
            raise RuntimeError("of the model")

    with pytest.raises(RuntimeError, match="of the model"):
        answer()
    meter.flush()
    assert noted(studio.store) == [(MachineWork.CORRECTING, "cpu", 2.0, 0)]


@pytest.mark.parametrize("error", [StoreBusyError(), OSError("of the disk")])
def test_what_cannot_be_written_down_now_is_written_later(studio, now, meter, monkeypatch, error):
    def refuse(*_, **__):
        raise error

    with meter.working(strokes=1):
        now.seconds += 2
    with monkeypatch.context() as patch:
        patch.setattr(machine_meter, "note_machine_work", refuse)
        meter.flush()
    assert noted(studio.store) == []
    meter.flush()
    assert noted(studio.store) == [(MachineWork.CORRECTING, "cpu", 2.0, 1)]


def test_it_writes_down_by_itself_now_and_then(studio, monkeypatch):
    written = threading.Event()
    monkeypatch.setattr(machine_meter, "note_machine_work", lambda *_, **__: written.set())
    meter = MachineMeter(studio.store, device=lambda: "cpu", every=0.01)
    with meter.working(strokes=1):
        pass
    assert written.wait(30)
    meter.close()


def test_where_no_thread_can_be_started_strokes_are_answered_all_the_same(studio, now, meter, monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as crowded:
        crowded.setattr(threading.Thread, "start", refuse)
        with meter.working(strokes=1):
            now.seconds += 2
    meter.flush()
    assert noted(studio.store) == [(MachineWork.CORRECTING, "cpu", 2.0, 1)]


def test_what_was_not_written_down_yet_is_at_the_end(studio, now, meter):
    with meter.working(strokes=1):
        now.seconds += 2
    meter.close()
    assert noted(studio.store) == [(MachineWork.CORRECTING, "cpu", 2.0, 1)]


def test_a_meter_that_nobody_used_writes_nothing(studio, meter):
    meter.close()
    assert noted(studio.store) == []


def test_of_laps_that_overlap_every_moment_counts_once(now):
    watch = Stopwatch()
    now.seconds = 110
    assert watch.lap(100) == 10
    now.seconds = 115
    assert watch.lap(105) == 5  # what began before the end of the first
    now.seconds = 130
    assert watch.lap(120) == 10
    assert watch.lap(100) == 0
