"""The line before an image: one request at a time is at it, and few wait, so that threads are left for everybody else.

Who waits here has no turn yet and is not counted among those who wait for one (`studio/device/turns.py`), but holds a
thread of the web process as they do. A program that sends a hundred strokes for one image at once would have them all.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from studio.device.turns import LONGEST_WAIT, BusyError

MOST_AT_ONE = 16
"""So many may wait for one image. A browser sends one stroke at a time, and few things beside it."""


class Lines:
    """All lines of a process. Thread-safe."""

    def __init__(self, *, most: int = MOST_AT_ONE) -> None:
        """most: how many may wait in all of them together."""
        self._most = most
        self._lock = threading.Lock()
        self._waiting = 0

    def line(self) -> "Line":
        """A new one."""
        return Line(self)

    @contextmanager
    def _place(self, line: "Line") -> Iterator[None]:
        with self._lock:
            if self._waiting >= self._most or line.waiting >= MOST_AT_ONE:
                raise BusyError
            self._waiting += 1
            line.waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
                line.waiting -= 1


class Line:
    """Of one image: a lock that a thread may take again while it has it. Whoever finds it free waits for nothing."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._lock = threading.RLock()
        self.waiting = 0

    @contextmanager
    def first(self) -> Iterator[None]:
        """Wait to be the first, and be it inside the block.

        Raises BusyError if there is no place to wait, or the wait was too long.
        """
        if not self._lock.acquire(blocking=False):
            with self._lines._place(self):
                is_first = self._lock.acquire(timeout=LONGEST_WAIT)
            if not is_first:
                raise BusyError
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def first_at_last(self) -> Iterator[None]:
        """As `first`, however long it takes: for a thread that serves no request."""
        with self._lock:
            yield
