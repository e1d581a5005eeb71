"""Background jobs: what the web process asks for and the worker process does, through a huey queue on SQLite.

Messages carry plain values only (a run's number); everything else is read from the store, which is the truth: a lost
message is made good by the next one, or at the next start.
"""

from collections.abc import Callable
from pathlib import Path

from huey import SqliteHuey
from huey.consumer import Consumer

QUEUE_FILE = "jobs.sqlite3"
TRAINING_PRIORITY = 10  # ahead of any number of waiting drafts
WORKERS = 2  # drafting holds at most one, so that a training always finds the other


class Jobs:
    """The queue of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.huey = SqliteHuey("matteloop", filename=str(folder / QUEUE_FILE), results=False)
        self._handlers: dict[str, Callable[..., None]] = {}
        self._draft = self.huey.task(name="draft")(lambda: self._handlers["draft"]())
        self._train = self.huey.task(name="train", priority=TRAINING_PRIORITY)(
            lambda run_id: self._handlers["train"](run_id)
        )

    def draft(self) -> None:
        """Have all waiting images drafted."""
        self._draft()

    def train(self, run_id: int) -> None:
        """Have a queued training run carried out."""
        self._train(run_id)

    def consumer(self, *, draft: Callable[[], None], train: Callable[[int], None]) -> Consumer:
        """The working end, for the worker process."""
        self._handlers = {"draft": draft, "train": train}
        return self.huey.create_consumer(
            workers=WORKERS, worker_type="thread", max_delay=1.0, periodic=False, check_worker_health=True
        )
