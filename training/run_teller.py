"""How a training tells the store, and whoever started it, how far it is; and hears whether it is to go on."""

import time
from collections.abc import Callable

from annotation_store.errors import NOT_NOW
from annotation_store.learning import training_runs
from annotation_store.learning.training_runs import Point
from annotation_store.records import RunRecord
from annotation_store.store import Store
from training.learning.loop import TrainingStopped

BEAT_SECONDS = 1.0

Say = Callable[[float, str], None]
"""Told progress in [0, 1] and a sentence."""


class RunTeller:
    """Passes on at most one word a second, so that the database has time for people.

    begun: the run as this process began it, by which it learns that another one has meanwhile.
    """

    def __init__(self, store: Store, run_id: int, say: Say | None = None, *, begun: RunRecord | None = None) -> None:
        self._store, self._run_id, self._say, self._begun = store, run_id, say, begun
        self._last = 0.0

    def tell(self, span: tuple[float, float], share: float, text: str, point: Point | None = None) -> None:
        """Raises TrainingStopped if the run is to end, ClaimLostError if it goes on in another process.

        span: the part of the whole run in which this belongs. share: how much of that part is done, [0, 1].
        """
        now = time.monotonic()
        if now - self._last < BEAT_SECONDS and share < 1:
            return
        self._last = now
        progress = span[0] + (span[1] - span[0]) * min(1.0, share)
        if self._say is not None:
            self._say(progress, text)
        try:
            stops = training_runs.beat(
                self._store, self._run_id, progress=progress, message=text, point=point, begun=self._begun
            )
        except NOT_NOW:  # busy, or full for a while: the next word may come through, and hours of learning are kept
            return
        if stops:
            raise TrainingStopped
