"""Giving up a long computation that nobody waits for any more.

Long loops of this floor call `checkpoint` between their steps; whoever started them decides from another thread.
The token travels by the context, not by parameters: every model can then be cancelled, also one that knows
nothing about it but is run in tiles.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from matting_core.errors import MattingError

PATIENCE = 0.1
"""Seconds between two looks at the token while something else is under way."""


class Cancelled(MattingError):  # noqa: N818 - an end that was asked for is no error
    """The computation was given up because `Cancellation.cancel` was called."""


class Cancellation:
    """A token that one thread hands out and another may pull. Thread-safe."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask everything that runs under this token to stop at its next checkpoint."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        return self._event.is_set()


_current: ContextVar[Cancellation | None] = ContextVar("cancellation", default=None)


@contextmanager
def cancellable(cancellation: Cancellation | None) -> Iterator[None]:
    """What is computed inside the block, in this thread, stops with `Cancelled` once the token is pulled.

    None changes nothing.
    """
    if cancellation is None:
        yield
        return
    token = _current.set(cancellation)
    try:
        checkpoint()
        yield
    finally:
        _current.reset(token)


@contextmanager
def in_turn(lock: threading.Lock) -> Iterator[None]:
    """Hold `lock` inside the block. Whoever is cancelled while waiting for it does not wait on: raises Cancelled."""
    while not lock.acquire(timeout=PATIENCE):
        checkpoint()
    try:
        checkpoint()
        yield
    finally:
        lock.release()


def checkpoint() -> None:
    """Raise Cancelled if the token of the current context has been pulled."""
    cancellation = _current.get()
    if cancellation is not None and cancellation.is_cancelled:
        raise Cancelled("the computation was cancelled")
