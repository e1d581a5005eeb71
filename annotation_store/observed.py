"""Stretches of work that somebody above may want to time: waiting for the pen and holding it, asking an object store.

This floor knows no library for that. It says where such a stretch begins and ends; by default nobody listens.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

Observer = Callable[[str], AbstractContextManager[Any]]
"""Called with the name of a stretch; entered where it begins, left where it ends, in the same thread."""

_NOBODY: AbstractContextManager[None] = nullcontext()
_observer: Observer | None = None


def observed(name: str) -> AbstractContextManager[Any]:
    """The stretch `name`, as whoever listens wants it."""
    return _NOBODY if _observer is None else _observer(name)


def let_observe(observer: Observer | None) -> None:
    """Have `observer` told of all stretches of this process from now on; None for nobody."""
    global _observer
    _observer = observer
