"""Who waits for an image that another request is at: few, and others are not held up by them."""

import threading
import time
from contextlib import ExitStack

from studio.desk import lines as lines_module
from studio.desk.lines import MOST_AT_ONE, Lines
from studio.device.turns import BusyError

PATIENCE = 20


class Crowd:
    """Threads that each want to be first, and say what came of it."""

    def __init__(self):
        self.outcomes, self.threads = [], []

    def join(self, line):
        def want():
            try:
                with line.first():
                    self.outcomes.append("first")
            except BusyError:
                self.outcomes.append("busy")

        thread = threading.Thread(target=want)
        thread.start()
        self.threads.append(thread)

    def end(self):
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        return sorted(self.outcomes)


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def crowd_before(line, count):
    crowd = Crowd()
    for number in range(count):
        crowd.join(line)
        until(lambda number=number: line.waiting == number + 1)
    return crowd


def test_one_more_than_may_wait_for_an_image_is_turned_away_and_the_others_have_their_turn():
    line = Lines(most=1000).line()
    with line.first():
        crowd = crowd_before(line, MOST_AT_ONE)
        late = Crowd()
        late.join(line)
        assert late.end() == ["busy"]
    assert crowd.end() == ["first"] * MOST_AT_ONE
    assert line.waiting == 0


def test_all_lines_together_have_so_many_places():
    lines = Lines(most=3)
    crowded, other, free = (lines.line() for _ in range(3))
    with ExitStack() as heads:
        heads.enter_context(crowded.first())
        heads.enter_context(other.first())
        crowd = crowd_before(crowded, 3)
        late = Crowd()
        late.join(other)
        assert late.end() == ["busy"]
        late.join(free)  # nobody is there: it needs no place
        assert late.end() == ["busy", "first"]
    assert crowd.end() == ["first"] * 3


def test_whoever_is_first_may_be_it_again():
    line = Lines(most=0).line()
    with line.first(), line.first(), line.first_at_last():
        crowd = Crowd()
        crowd.join(line)
        assert crowd.end() == ["busy"]
    with line.first():
        pass


def test_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(lines_module, "LONGEST_WAIT", 0.05)
    line = Lines().line()
    with line.first():
        crowd = Crowd()
        crowd.join(line)
        assert crowd.end() == ["busy"]
    assert line.waiting == 0


def test_a_thread_that_serves_no_request_is_never_turned_away(monkeypatch):
    monkeypatch.setattr(lines_module, "LONGEST_WAIT", 0.01)
    line, done = Lines(most=0).line(), threading.Event()

    def write():
        with line.first_at_last():
            done.set()

    with line.first():
        thread = threading.Thread(target=write)
        thread.start()
        assert not done.wait(0.1)
    assert done.wait(PATIENCE)
    thread.join(PATIENCE)
