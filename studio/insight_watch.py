"""What the studio learns of itself in the background, looked at once a minute by the worker: how photos look, what
became of drafts, and whether other photos come in than before.

Reading mattes takes long, and after an update thousands may wait; so this has a thread of its own, apart from what
begins trainings, and rests after each turn.
"""

import time
from collections.abc import Callable
from typing import Protocol

import structlog

from annotation_store.errors import NOT_NOW
from annotation_store.insights import outcomes, photo_statistics
from annotation_store.insights.drift import look_for_drift
from annotation_store.insights.reading_on import PassedOver
from annotation_store.store import Store
from studio.chores import Chore, in_turn

log = structlog.get_logger()

LOOK_SECONDS = 60.0
TURN_SECONDS = 20.0
"""From then on no more is begun in a turn: what waits then goes on a minute later."""
DRIFT_SECONDS = 3600.0


class InsightWatch:
    """One a worker: it remembers what it could not read, and when to look for drift."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._unread_photos: PassedOver = {}
        self._unread_mattes: PassedOver = {}
        self._photos_wait = True
        self._drift_at = 0.0

    def watch(self) -> None:
        """Look for ever, the first time at once."""
        while True:
            in_turn(self._store, Chore.INSIGHTS, self.look)
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Do what is to be done. Never raises: what could not be done is logged, and tried again the next time."""
        for step in (self._photos, self._outcomes, self._drift):
            self._carefully(step)

    def _carefully(self, step: Callable[[], None]) -> None:
        name = step.__name__.strip("_")
        try:
            step()
        except NOT_NOW as error:
            log.warning("the insights wait", step=name, reason=str(error))
        except Exception:
            log.exception("the insights have stumbled", step=name)

    def _photos(self) -> None:
        self._photos_wait = True  # whatever happens
        self._photos_wait = self._measure(
            photo_statistics.measure_photos, photo_statistics.AT_ONCE, self._unread_photos
        )

    def _outcomes(self) -> None:
        self._measure(outcomes.measure_outcomes, outcomes.AT_ONCE, self._unread_mattes)

    def _measure(self, measure: "_Measuring", at_once: int, unread: PassedOver) -> bool:
        """Whether some still wait at the end of the turn."""
        known, until = set(unread), time.monotonic() + TURN_SECONDS
        try:
            while measure(self._store, limit=at_once, passed_over=unread) == at_once:
                if time.monotonic() >= until:
                    return True
            return False
        finally:
            for number in sorted(unread.keys() - known):  # once, not every minute
                log.warning("not measured", by=measure.__name__, number=number, reason=unread[number])

    def _drift(self) -> None:
        """Only over all photos: those that are not measured yet would otherwise come in later than they did."""
        if self._photos_wait or time.monotonic() < self._drift_at:
            return
        for alarm in look_for_drift(self._store):
            log.warning("photos are unlike those before", project=alarm.project_id, figure=alarm.figure, alarm=alarm.id)
        self._drift_at = time.monotonic() + DRIFT_SECONDS


class _Measuring(Protocol):
    __name__: str

    def __call__(self, store: Store, *, limit: int, passed_over: PassedOver) -> int: ...
