"""What takes long to work out, kept for a while."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """The `most` values that were asked for last, each for up to `seconds`. May be shared by threads; two that ask for
    the same at once may both work it out."""

    def __init__(self, *, seconds: float, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._now = now
        self._values: OrderedDict[Key, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The kept value, or a new one."""
        with self._lock:
            made_at, value = self._values.get(key, (None, None))
            if made_at is not None and self._now() - made_at <= self._seconds:
                self._values.move_to_end(key)
                return value  # type: ignore[return-value]
        made = make()
        with self._lock:
            self._values[key] = (self._now(), made)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made

    def forget(self) -> None:
        """Whatever is asked for next is worked out anew."""
        with self._lock:
            self._values.clear()
