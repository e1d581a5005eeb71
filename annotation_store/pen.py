"""The pen of one process: one thread holds it at a time, and it is handed on in the order of asking."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from annotation_store.errors import StoreBusyError


class Pen:
    """A lock that is handed on, not fought for: whoever asks first writes first.

    A plain lock goes to whichever thread happens to run, and a database that is locked is polled at ever longer
    intervals, so among many writers some would wait for seconds.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[_Turn] = deque()
        self._holder: _Turn | None = None  # None only while nobody waits

    @contextmanager
    def held(self, *, patience: float) -> Iterator[None]:
        """Hold the pen. patience: seconds to wait for it.

        Raises StoreBusyError when they are over, RuntimeError where this thread holds the pen already.
        """
        turn = _Turn()
        if (holder := self._holder) is not None and holder.thread == turn.thread:
            raise RuntimeError("a write within a write would wait for itself: pass the session on instead")
        try:
            self._ask(turn)
            if not turn.come.acquire(timeout=patience):
                raise StoreBusyError
            yield
        finally:
            self._leave(turn)

    def _ask(self, turn: "_Turn") -> None:
        with self._guard:
            self._queue.append(turn)
            self._hand_on()

    def _leave(self, turn: "_Turn") -> None:
        """After writing, and after giving up: even then the pen may have come, a moment too late."""
        with self._guard:
            if self._holder is turn:
                self._holder = None
                self._hand_on()
            elif turn in self._queue:
                self._queue.remove(turn)

    def _hand_on(self) -> None:
        if self._holder is None and self._queue:
            self._holder = self._queue.popleft()
            self._holder.come.release()


@dataclass(eq=False, slots=True)
class _Turn:
    """A place in the queue; `come` is locked until it is this thread's turn."""

    thread: int = field(default_factory=threading.get_ident)
    come: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.come.acquire()
