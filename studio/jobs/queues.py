"""Where the messages of the jobs wait: a place by its address, in which each kind of work has a queue of its own."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from huey.api import Huey

from annotation_store.errors import StoreUnavailableError

UNREADABLE = (
    "The address of the queue of jobs cannot be read: write postgresql://USER:PASSWORD@HOST/DATABASE or "
    "redis://:PASSWORD@HOST:6379/0 (rediss:// with TLS), with %40 for an @ in the password and %2F for a /, or leave "
    "MATTELOOP_JOBS_URL empty for a file in the data folder."
)


class Queues(Protocol):
    """A place of queues."""

    @property
    def is_shared(self) -> bool:
        """Whether workers of other data folders may take messages from here."""

    def open(self, name: str) -> Huey:
        """A queue without results. name: letters, digits and underscores. Raises what `in_words` tells."""

    def in_words(self) -> AbstractContextManager[None]:
        """Faults of the place as StoreUnavailableError, in words that hold no password."""


def queues_at(url: str, folder: Path) -> Queues:
    """The queues of an address; those in the data folder `folder` for none.

    Raises StoreUnavailableError for an address that is none, MissingPackageError.
    """
    scheme = url.partition("://")[0].lower()
    if not url:
        from studio.jobs.sqlite_queues import SqliteQueues

        return SqliteQueues(folder)
    if scheme in ("postgresql", "postgres"):
        from studio.jobs.postgresql_queues import PostgresqlQueues

        return PostgresqlQueues(url)
    if scheme in ("redis", "rediss"):
        from studio.jobs.redis_queues import RedisQueues

        return RedisQueues(url)
    raise StoreUnavailableError(UNREADABLE)
