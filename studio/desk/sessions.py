"""The open editing sessions of this process: few, bounded by memory, the least recently used one goes first."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.matting import Matting
from studio.desk.lines import MOST_AT_ONE, Lines
from studio.desk.session import EditingSession
from studio.desk.snapshots import Snapshots
from studio.device.turns import TakeTurn
from studio.machine_meter import MachineMeter

MOST_PIXELS = 150_000_000
"""Together; a session needs about 12 bytes a pixel."""

GATES = 64
"""Two requests for one image open it once; so many images can be opened side by side."""


LiveOf = Callable[[int], tuple[ModelRecord, Matting]]
"""Gives the model that serves an image: its record and the ready model."""


class EditingSessions:
    """Finds or opens the session of an image. Thread-safe; two images open side by side."""

    def __init__(
        self,
        store: Store,
        *,
        live: LiveOf,
        snapshots: Snapshots,
        meter: MachineMeter,
        turn: TakeTurn,
        waiting: int = MOST_AT_ONE,
    ) -> None:
        """meter: closed with the sessions. turn: see `EditingSession`. waiting: how many requests may wait for images
        that others are at."""
        self._store = store
        self._live = live
        self._snapshots = snapshots
        self._meter = meter
        self._turn = turn
        self._lock = threading.Lock()
        self.most_waiting = waiting
        self._lines = Lines(most=waiting)
        self._gates = [self._lines.line() for _ in range(GATES)]
        self._sessions: OrderedDict[int, EditingSession] = OrderedDict()

    def count(self) -> int:
        """How many are open."""
        return len(self._sessions)

    def of(self, image_id: int) -> EditingSession:
        """The session of the image. Raises NotFoundError if there is no image or no draft yet, BusyError."""
        with self._gates[image_id % GATES].first():
            with self._lock:
                if (found := self._sessions.get(image_id)) is not None:
                    self._sessions.move_to_end(image_id)
                    return found
            opened = EditingSession(
                self._store,
                image_id,
                live=partial(self._live, image_id),
                snapshots=self._snapshots,
                working=self._meter.working,
                turn=self._turn,
                line=self._lines.line(),
            )
            with self._lock:
                self._sessions[image_id] = opened
                self._make_room()
            return opened

    def forget(self, image_id: int) -> None:
        """Drop the session, e.g. after a decision; it is rebuilt from the store when asked for again."""
        with self._lock:
            dropped = self._sessions.pop(image_id, None)
        if dropped is not None:
            dropped.leave()

    def leave(self, image_id: int) -> None:
        """The operator has gone on to another image; the session stays for their return."""
        with self._lock:
            left = self._sessions.get(image_id)
        if left is not None:
            left.leave()

    def close(self) -> None:
        """Give up what is being settled, and write what waits to be written."""
        with self._lock:
            for session in self._sessions.values():
                session.leave()
        self._snapshots.flush()
        self._meter.close()

    def _make_room(self) -> None:
        while len(self._sessions) > 1 and sum(s.pixels for s in self._sessions.values()) > MOST_PIXELS:
            _, dropped = self._sessions.popitem(last=False)
            dropped.leave()
