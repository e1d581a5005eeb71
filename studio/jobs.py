"""Background jobs: what the web process asks for and the worker process does, through a huey queue on SQLite.

Messages carry plain values only (a run's number); everything else is read from the store, which is the truth: a lost
message to draft, or to make the mattes of a comparison, is made good by the worker within half a minute, one to train
at the next start.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from huey import SqliteHuey
from huey.consumer import Consumer

from annotation_store.errors import StoreFullError, StoreUnavailableError
from studio.plain_messages import PlainMessages

log = structlog.get_logger()

QUEUE_FILE = "jobs.sqlite3"
TRAINING_PRIORITY = 10  # ahead of any number of waiting drafts
WORKERS = 4
"""Drafting, training, judging what was handed in, and making the mattes of comparisons hold at most one each, so that
photos are always drafted."""


class Jobs:
    """The queue of one data folder. Raises StoreUnavailableError if that cannot be used."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / QUEUE_FILE
        with self._in_words():
            self.huey = SqliteHuey("matteloop", filename=str(self._file), results=False, serializer=PlainMessages())
        self._handlers: dict[str, Callable[..., None]] = {}
        self._draft = self.huey.task(name="draft")(lambda: self._handlers["draft"]())
        self._train = self.huey.task(name="train", priority=TRAINING_PRIORITY)(
            lambda run_id: self._handlers["train"](run_id)
        )
        self._judge = self.huey.task(name="judge")(lambda model_id, by: self._handlers["judge"](model_id, by))
        self._compare = self.huey.task(name="compare")(lambda: self._handlers["compare"]())

    def draft(self) -> None:
        """Have all waiting images drafted: now, or later where the message finds no room."""
        try:
            with self._in_words():
                self._draft()
        except StoreUnavailableError as error:
            log.warning("the worker could not be told to draft", reason=str(error))

    def compare(self) -> None:
        """Have the mattes of all new comparisons made: now, or later where the message finds no room."""
        try:
            with self._in_words():
                self._compare()
        except StoreUnavailableError as error:
            log.warning("the worker could not be told to prepare a comparison", reason=str(error))

    def train(self, run_id: int) -> None:
        """Have a queued training run carried out. Raises StoreUnavailableError."""
        with self._in_words():
            self._train(run_id)

    def judge(self, model_id: int, *, by: str) -> None:
        """Have a version that was handed in judged. Raises StoreUnavailableError."""
        with self._in_words():
            self._judge(model_id, by)

    def consumer(
        self,
        *,
        draft: Callable[[], None],
        train: Callable[[int], None],
        judge: Callable[[int, str], None],
        compare: Callable[[], None],
    ) -> Consumer:
        """The working end, for the worker process."""
        self._handlers = {"draft": draft, "train": train, "judge": judge, "compare": compare}
        return self.huey.create_consumer(
            workers=WORKERS, worker_type="thread", max_delay=1.0, periodic=False, check_worker_health=True
        )

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            is_full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
            kind = StoreFullError if is_full else StoreUnavailableError
            raise kind(
                f"The queue of jobs {self._file} cannot be used ({error}): make room on its disk, or have the "
                "permissions of its folder changed, then try again."
            ) from error
