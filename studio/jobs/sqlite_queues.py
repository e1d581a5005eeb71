"""Queues in a file of the data folder, for the one worker of that folder."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huey import SqliteHuey

from annotation_store.errors import StoreFullError, StoreUnavailableError
from studio.jobs.plain_messages import PlainMessages

QUEUE_FILE = "jobs.sqlite3"


class SqliteQueues:
    """folder: the data folder."""

    is_shared = False

    def __init__(self, folder: Path) -> None:
        self._file = folder / QUEUE_FILE

    def open(self, name: str) -> SqliteHuey:
        """See Queues."""
        return SqliteHuey(name, filename=str(self._file), results=False, serializer=PlainMessages())

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """See Queues."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            is_full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
            kind = StoreFullError if is_full else StoreUnavailableError
            raise kind(
                f"The queue of jobs {self._file} cannot be used ({error}): make room on its disk, or have the "
                "permissions of its folder changed, then try again."
            ) from error
