"""Where the processes of a training and its driver leave word for each other.

The first process speaks to it at every step; the driver looks in when it has time. It survives the processes, so that
those who take their places go on from the last checkpoint.
"""

import threading
from dataclasses import dataclass

from training.distributed.task import End
from training.learning.loop import Progress


@dataclass(frozen=True, slots=True)
class News:
    """rows: since the last look, in their order. state: a checkpoint that is newer than the one that was known, and
    `number`, by which it is known from now on. end: once there is one."""

    rows: tuple[Progress, ...]
    state: bytes | None
    number: int
    end: End | None


class Desk:
    """A `task.Driver`, and for the driver `news` and `stop`; each method from any thread. state: to begin with."""

    def __init__(self, state: bytes | None = None) -> None:
        self._lock = threading.Lock()
        self._rows: list[Progress] = []
        self._state, self._number = state, 0
        self._going_on = True
        self._end: End | None = None

    def state(self) -> bytes | None:
        with self._lock:
            return self._state

    def tell(self, row: Progress) -> bool:
        with self._lock:
            self._rows.append(row)
            return self._going_on

    def keep(self, state: bytes) -> None:
        with self._lock:
            self._state = state
            self._number += 1

    def end(self, end: End) -> None:
        with self._lock:
            self._end = end

    def has_ended(self) -> bool:
        with self._lock:
            return self._end is not None

    def news(self, known: int = 0) -> News:
        """What came since the last call. known: number of the checkpoint that the driver has."""
        with self._lock:
            rows, self._rows = tuple(self._rows), []
            state = self._state if self._number > known else None
            return News(rows, state, self._number, self._end)

    def stop(self) -> None:
        """The next step is the last one."""
        with self._lock:
            self._going_on = False
