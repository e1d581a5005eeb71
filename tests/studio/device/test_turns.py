"""Whose turn it is: fair between people, strokes first, bounded, and nobody waits for ever."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from matting_core.cancelling import Cancellation, Cancelled
from studio.device import turns as turns_module
from studio.device.turns import OLDEST_FIRST, BusyError, Turns, Urgency

STROKE, PREVIEW, SETTLING = Urgency


class Desk:
    """People who ask one after the other, each in a thread of their own; who has a turn keeps it until told."""

    def __init__(self, turns):
        self.turns, self.began, self.threads = turns, [], []
        self.let_go = threading.Semaphore(0)

    def ask(self, person, urgency=STROKE, *, name=None, cancellation=None):
        outcome = []

        def work():
            try:
                with self.turns.turn(person, urgency, cancellation=cancellation):
                    self.began.append(name or person)
                    assert self.let_go.acquire(timeout=20)
                outcome.append("done")
            except (BusyError, Cancelled) as error:
                outcome.append(type(error))

        before = self.state()
        thread = threading.Thread(target=work)
        thread.start()
        self.threads.append(thread)
        until(lambda: outcome or self.state() != before)
        return outcome

    def state(self):
        figures = self.turns.figures()
        return figures.at_work, sum(figures.waiting.values()), figures.refused

    def all_go(self):
        self.let_go.release(len(self.threads))
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()


def until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def desk_of(at_once=1, waiting=100, of_one=None):
    return Desk(Turns(at_once=lambda: at_once, waiting=waiting, of_one=of_one))


def test_one_with_fifty_requests_does_not_starve_another_with_one():
    desk = desk_of()
    for number in range(50):
        desk.ask("ren", name=f"ren-{number}")
    desk.ask("keiko")
    desk.all_go()
    assert desk.began.index("keiko") == 1
    assert [name for name in desk.began if name != "keiko"] == [f"ren-{number}" for number in range(50)]


def test_people_take_turns_however_much_each_wants():
    desk = desk_of()
    for person in ["ren"] * 4 + ["keiko"] * 3 + ["sota"] * 2:
        desk.ask(person)
    desk.all_go()
    assert desk.began[:7] == ["ren", "keiko", "sota", "ren", "keiko", "sota", "ren"]


def test_strokes_come_before_previews_and_these_before_whole_mattes():
    desk = desk_of()
    desk.ask("ren", name="first")
    for urgency in (SETTLING, PREVIEW, STROKE):
        desk.ask("keiko", urgency, name=urgency.name)
    desk.all_go()
    assert desk.began == ["first", "STROKE", "PREVIEW", "SETTLING"]


def test_a_stroke_need_not_wait_for_whole_mattes():
    desk = desk_of(at_once=2)
    desk.ask("ren", SETTLING)
    desk.ask("keiko", SETTLING)
    assert desk.state()[:2] == (1, 1)
    desk.ask("sota", STROKE)
    assert desk.began == ["ren", "sota"]
    desk.all_go()


def test_whole_mattes_wait_for_strokes_but_not_for_ever():
    desk = desk_of()
    desk.ask("ren", name="first")
    desk.ask("keiko", SETTLING, name="whole")
    for number in range(30):
        desk.ask(f"person {number}")
    desk.all_go()
    assert desk.began.index("whole") == OLDEST_FIRST - 1


def test_who_finds_no_place_to_wait_is_told_so_at_once():
    desk = desk_of(waiting=4)
    for _ in range(5):
        assert desk.ask("ren") == []
    assert desk.ask("keiko") == [BusyError]
    assert desk.turns.figures().refused == 1
    desk.all_go()
    assert desk.began == ["ren"] * 5
    assert desk.turns.figures().at_work == 0


def test_one_person_cannot_take_all_places():
    desk = desk_of(waiting=40, of_one=2)
    outcomes = [desk.ask("ren") for _ in range(5)]
    assert [outcome == [BusyError] for outcome in outcomes] == [False, False, False, True, True]
    assert desk.ask("keiko") == []
    desk.all_go()


def test_half_of_the_places_are_for_strokes():
    desk = desk_of(waiting=4)
    desk.ask("ren")
    assert [desk.ask("ren", PREVIEW) for _ in range(3)] == [[], [], [BusyError]]
    assert desk.ask("keiko", SETTLING) == [BusyError]
    assert desk.ask("keiko", STROKE) == []
    desk.all_go()


def test_whoever_waits_can_be_cancelled():
    desk, cancellation = desk_of(), Cancellation()
    desk.ask("ren")
    outcome = desk.ask("ren", SETTLING, cancellation=cancellation)
    cancellation.cancel()
    until(lambda: outcome == [Cancelled])
    assert desk.state()[:2] == (1, 0)
    desk.all_go()


def test_who_waited_too_long_is_told_so(monkeypatch):
    monkeypatch.setattr(turns_module, "LONGEST_WAIT", 0.05)
    desk = desk_of()
    desk.ask("ren")
    outcome = desk.ask("keiko")
    until(lambda: outcome == [BusyError])
    assert desk.state() == (1, 0, 1)
    desk.all_go()


def test_a_thread_goes_on_with_the_turn_that_it_has():
    turns = Turns(at_once=lambda: 1, waiting=0)
    with turns.turn("ren", STROKE), turns.turn("", SETTLING):
        assert turns.figures().at_work == 1
    assert turns.figures().at_work == 0


def test_a_failure_gives_the_turn_on():
    turns = Turns(at_once=lambda: 1, waiting=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="mine"), turns.turn("ren", STROKE):
            raise ValueError("mine")
    assert turns.figures().at_work == 0


def test_how_many_may_work_may_change():
    allowed = [1]
    desk = Desk(Turns(at_once=lambda: allowed[0], waiting=9))
    for _ in range(4):
        desk.ask("ren")
    allowed[0] = 3
    desk.let_go.release()
    until(lambda: desk.state()[0] == 3)
    desk.all_go()


def test_waits_are_measured():
    turns = Turns(at_once=lambda: 1, waiting=9)
    with turns.turn("ren", STROKE):
        pass
    counts, seconds = turns.waits.told()
    assert counts[-1] == ("+Inf", 1)
    assert counts[0][0] == "0.001"
    assert 0 <= seconds < 1


REQUESTS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(list(Urgency))), min_size=1, max_size=40)


@runs(max_examples=60, deadline=None)
@given(requests=REQUESTS, at_once=st.integers(1, 4))
def test_whatever_is_asked_never_more_are_at_work_all_come_to_it_and_each_in_order(requests, at_once):
    turns = Turns(at_once=lambda: at_once, waiting=100)
    lock, at_work, most, began = threading.Lock(), Counter(), Counter(), []
    gate = threading.Event()

    def work(number, person, urgency):
        with turns.turn(person, urgency):
            with lock:
                at_work["all"] += 1
                at_work[urgency] += 1
                most["all"] = max(most["all"], at_work["all"])
                most[urgency] = max(most[urgency], at_work[urgency])
                began.append((number, person, urgency))
            assert gate.wait(20)
            with lock:
                at_work["all"] -= 1
                at_work[urgency] -= 1

    with ThreadPoolExecutor(len(requests)) as pool:
        for number, (person, urgency) in enumerate(requests):
            pool.submit(work, number, person, urgency)
            until(lambda number=number: turns.figures().at_work + sum(turns.figures().waiting.values()) == number + 1)
        first = list(began)
        gate.set()
    assert most["all"] <= at_once
    assert most[SETTLING] <= max(1, at_once - 1)
    assert len(began) == len(requests)
    assert {number for number, *_ in first} <= {number for number, *_ in began}
    if at_once == 1:  # with more, threads may note their beginning in another order
        for person in "abc":
            for urgency in Urgency:
                numbers = [number for number, *about in began if about == [person, urgency]]
                assert numbers == sorted(numbers)
