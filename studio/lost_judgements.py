"""Versions that were handed in and that nobody judges: the message was lost, or too little was approved then."""

import time

from annotation_store.learning.model_registry import PROGRAM
from annotation_store.store import Store
from studio.jobs import Jobs
from studio.judging_imports import newcomers

FIRST_PAUSE = 3600.0
"""Seconds. Judging takes that long on a computer without a GPU; before, the first message is most likely at work."""
LONGEST_PAUSE = 24 * 3600.0


class LostJudgements:
    """One a worker: it remembers what it has seen waiting, and asks less and less often for what goes on waiting."""

    def __init__(self, store: Store, jobs: Jobs) -> None:
        self._store, self._jobs = store, jobs
        self._due: dict[int, tuple[float, float]] = {}  # by version: when to ask again, and after which pause

    def remind(self) -> None:
        """Send a message of each version that has waited for too long. Raises StoreError."""
        now = time.monotonic()
        waiting = {model.id for model in newcomers(self._store)}
        self._due = {number: due for number, due in self._due.items() if number in waiting}
        for number in sorted(waiting):
            at, pause = self._due.setdefault(number, (now + FIRST_PAUSE, FIRST_PAUSE))
            if now >= at:
                self._jobs.judge(number, by=PROGRAM)
                pause = min(2 * pause, LONGEST_PAUSE)
                self._due[number] = now + pause, pause
