import threading
import time

import pytest

from annotation_store.errors import StoreBusyError
from annotation_store.pen import Pen

LONG = 30.0


def wait_until(condition):
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def in_background(function):
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def ask(pen, number, order, *, patience=LONG):
    """Let a thread ask for the pen and note its number while it holds it; returns once it waits."""
    waiting = len(pen._queue)

    def write():
        try:
            with pen.held(patience=patience):
                order.append(number)
        except StoreBusyError:
            order.append(-number)

    thread = in_background(write)
    wait_until(lambda: len(pen._queue) > waiting or not thread.is_alive())
    return thread


def test_the_pen_is_handed_on_in_the_order_of_asking():
    pen, order = Pen(), []
    with pen.held(patience=LONG):
        threads = [ask(pen, number, order) for number in range(1, 21)]
        assert order == []
    for thread in threads:
        thread.join(LONG)
    assert order == list(range(1, 21))


def test_only_one_thread_holds_it_however_many_ask():
    pen, holders, most = Pen(), [], []

    def write():
        for _ in range(50):
            with pen.held(patience=LONG):
                holders.append(threading.get_ident())
                most.append(len(holders))
                time.sleep(0)
                holders.remove(threading.get_ident())

    for thread in [in_background(write) for _ in range(8)]:
        thread.join(LONG)
    assert len(most) == 400
    assert set(most) == {1}


def test_who_gives_up_leaves_the_queue_to_the_others():
    pen, order = Pen(), []
    with pen.held(patience=LONG):
        impatient = ask(pen, 1, order, patience=0.01)
        patient = ask(pen, 2, order)
        impatient.join(LONG)
    patient.join(LONG)
    assert order == [-1, 2]


def test_a_pen_that_comes_as_somebody_gives_up_is_handed_on(monkeypatch):
    pen, order, given_up = Pen(), [], threading.Event()
    leave = pen._leave

    def leave_late(turn):
        if turn is not pen._holder:
            given_up.set()
            wait_until(lambda: pen._holder is turn)
        leave(turn)

    monkeypatch.setattr(pen, "_leave", leave_late)
    with pen.held(patience=LONG):
        impatient = ask(pen, 1, order, patience=0.01)
        patient = ask(pen, 2, order)
        given_up.wait(LONG)
    for thread in (impatient, patient):
        thread.join(LONG)
    assert sorted(order) == [-1, 2]


def test_an_error_while_writing_hands_it_on():
    pen = Pen()
    with pytest.raises(ValueError, match="stop"), pen.held(patience=LONG):
        raise ValueError("stop")
    with pen.held(patience=0):
        pass


def test_asking_twice_in_one_thread_is_an_error_and_not_a_deadlock():
    pen = Pen()
    with pen.held(patience=LONG):
        with pytest.raises(RuntimeError, match="within a write"), pen.held(patience=LONG):
            pass
        other = ask(pen, 1, order := [])
        assert order == []  # it is still held
    other.join(LONG)
    assert order == [1]
