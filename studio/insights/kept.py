"""What takes long to work out, kept for a while."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

LONGER = 20
"""What took a quarter of a minute is not worked out anew each minute."""
Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """The `most` values asked for last, each for `seconds`, or LONGER times as long as it took if that is more.

    May be shared by threads; two that ask for the same at once may both work it out.
    """

    def __init__(self, *, seconds: float, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._now = now
        self._values: OrderedDict[Key, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The kept value, or a new one."""
        with self._lock:
            until, value = self._values.get(key, (None, None))
            if until is not None and self._now() <= until:
                self._values.move_to_end(key)
                return value  # type: ignore[return-value]
        began = self._now()
        made = make()
        ended = self._now()
        with self._lock:
            self._values[key] = (ended + max(self._seconds, LONGER * (ended - began)), made)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made

    def forget(self) -> None:
        """Whatever is asked for next is worked out anew."""
        with self._lock:
            self._values.clear()
