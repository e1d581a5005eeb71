"""Background jobs: what the web process asks for and workers do, through huey's queues.

Messages carry plain values only (a run's number); everything else is read from the store, which is the truth: a lost
message to draft, to train, or to make the mattes of a comparison is made good by a worker within half a minute.
Each kind of work has a queue of its own, so that a message lies there until a worker comes by that does this work.
"""

from collections.abc import Callable, Collection
from pathlib import Path

import structlog
from huey.api import Huey, Task

from annotation_store.errors import StoreUnavailableError
from annotation_store.identity import begin_studio, studio_in
from annotation_store.store import Store
from studio.jobs.consumer import QueuesConsumer
from studio.jobs.queues import queues_at
from studio.work import Work

log = structlog.get_logger()

TRAINING_PRIORITY = 10  # ahead of any number of versions that wait to be judged
THREADS = {Work.DRAFTS: 2, Work.TRAININGS: 3, Work.CHORES: 2}
"""Drafting, training, judging what was handed in, and making the mattes of comparisons hold at most one each, for hours
it may be; one more takes messages about what is at work already, so that none pile up."""


class Jobs:
    """The queues of one studio. Raises StoreUnavailableError if they cannot be used, MissingPackageError.

    folder: the data folder, where they lie unless `url` names a place of several studios. studio: tells this one from
    others there.
    """

    def __init__(self, folder: Path, *, url: str = "", studio: str = "") -> None:
        self._queues = queues_at(url, folder)
        self.is_shared = self._queues.is_shared
        name = f"matteloop_{studio}" if studio else "matteloop"
        with self._queues.in_words():
            self.hueys: dict[Work, Huey] = {work: self._queues.open(f"{name}_{work.value}") for work in Work}
        self._handlers: dict[str, Callable[..., None]] = {}
        drafts, trainings, chores = (self.hueys[work] for work in (Work.DRAFTS, Work.TRAININGS, Work.CHORES))
        self._draft = drafts.task(name="draft")(lambda: self._handlers["draft"]())
        self._train = trainings.task(name="train", priority=TRAINING_PRIORITY)(
            lambda run_id: self._handlers["train"](run_id)
        )
        self._judge = trainings.task(name="judge")(lambda model_id, by: self._handlers["judge"](model_id, by))
        self._compare = chores.task(name="compare")(lambda: self._handlers["compare"]())

    def draft(self) -> None:
        """Have all waiting images drafted: now, or later where the message finds no room."""
        try:
            with self._queues.in_words():
                self._draft()
        except StoreUnavailableError as error:
            log.warning("the worker could not be told to draft", reason=str(error))

    def compare(self) -> None:
        """Have the mattes of all new comparisons made: now, or later where the message finds no room."""
        try:
            with self._queues.in_words():
                self._compare()
        except StoreUnavailableError as error:
            log.warning("the worker could not be told to prepare a comparison", reason=str(error))

    def train(self, run_id: int) -> None:
        """Have a queued training run carried out. Raises StoreUnavailableError."""
        with self._queues.in_words():
            self._train(run_id)

    def judge(self, model_id: int, *, by: str) -> None:
        """Have a version that was handed in judged. Raises StoreUnavailableError."""
        with self._queues.in_words():
            self._judge(model_id, by)

    def pending(self) -> list[Task]:
        """The messages that nobody has taken yet, kind by kind. Raises StoreUnavailableError."""
        with self._queues.in_words():
            return [task for huey in self.hueys.values() for task in huey.pending()]

    def __len__(self) -> int:
        """How many these are."""
        with self._queues.in_words():
            return sum(map(len, self.hueys.values()))

    def __bool__(self) -> bool:
        """Queues without messages are queues."""
        return True

    def consumer(
        self,
        *,
        draft: Callable[[], object],
        train: Callable[[int], None],
        judge: Callable[[int, str], None],
        compare: Callable[[], None],
        works: Collection[Work] = tuple(Work),
    ) -> QueuesConsumer:
        """The working end, for a worker process. works: the kinds of work whose messages it takes."""
        self._handlers = {"draft": draft, "train": train, "judge": judge, "compare": compare}
        return QueuesConsumer([self.hueys[work] for work in Work if work in works for _ in range(THREADS[work])])


def open_jobs(store: Store, url: str) -> Jobs:
    """The queues of the studio whose store that is; url: the setting. Raises as Jobs does."""
    return Jobs(store.folder, url=url, studio=_name_of(store) if url else "")


def _name_of(store: Store) -> str:
    """What tells a studio from others on one server, but not from a copy of it."""
    with store.database.read() as session:
        studio = studio_in(session)
    if studio is None:
        with store.database.write() as session:
            studio = begin_studio(session)
    return studio[:16]
