"""SQLite: a file, many readers and one writer at a time, from any number of threads and processes."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from annotation_store.engines.store_engine import PATIENCE, WRITE_WITHIN
from annotation_store.errors import StoreBusyError, StoreError, StoreFullError, StoreUnavailableError

_POLL = 0.001  # seconds


class SqliteEngine:
    """url: ``sqlite:///PATH``."""

    def __init__(self, url: URL) -> None:
        self._file = Path(url.database or "")
        self.place = f"The database {self._file}"
        self.reading = self.writing = create_engine(url, pool_size=48, max_overflow=64)
        event.listen(self.reading, "connect", _prepare_connection)
        event.listen(self.reading, "begin", _begin)

    def holds_tables(self) -> bool:
        """Whether the file is there: it is created with its tables, in one transaction."""
        return self._file.is_file()

    @contextmanager
    def migration(self, connection: Connection) -> Iterator[None]:
        """See StoreEngine."""
        # a migration rebuilds tables under their foreign keys, so these are checked at its end instead
        _driver_of(connection).execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise StoreUnavailableError(
                        "The store's database holds rows that point at nothing, so it was left as it is: "
                        "restore it from a backup."
                    )
        finally:
            _driver_of(connection).execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def alone(self, number: int) -> Iterator[bool]:
        """See StoreEngine: its file is for one computer."""
        yield True

    def in_words(self, error: DBAPIError) -> StoreError | None:
        """See StoreEngine."""
        kind = StoreUnavailableError
        match _code_of(error.orig):
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return StoreBusyError()
            case _ if _is_full(error.orig):
                kind, advice = StoreFullError, "make room on its disk"
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
                advice = "have the permissions of the file and of its folder changed"
            case sqlite3.SQLITE_IOERR:
                advice = "have its disk looked at"
            case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
                advice = "restore it from a backup"
            case _:
                return None
        return kind(f"{self.place} cannot be used ({error.orig}), so nothing was changed: {advice}, then try again.")


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" below opens transactions, not the driver
    _wait_up_to(connection, PATIENCE)  # first: the others may have to wait already
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")  # an acknowledged stroke survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Once for the life of the file; whoever comes while it is being created waits as a writer does.

    SQLite does not wait by itself: where it would have to upgrade a lock to change the journal, it refuses at once.
    """
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code_of(error) != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.02)
        else:
            return


def _begin(connection: Connection) -> None:
    # a transaction that starts by reading cannot wait for the pen later without risking "database is locked"
    patience: float | None = connection.get_execution_options().get(WRITE_WITHIN)
    if patience is None:
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_writing(connection, patience)


def _begin_writing(connection: Connection, patience: float) -> None:
    """Take the file's one pen.

    SQLite itself would look for it ten times a second. The writers of a busy process leave gaps of some hundred
    microseconds, so another process could look for seconds.
    """
    deadline = time.monotonic() + patience
    driver = _driver_of(connection)
    _wait_up_to(driver, 0)
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as error:
                if _code_of(error.orig) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(_POLL)
            else:
                return
    finally:
        _wait_up_to(driver, PATIENCE)


def _wait_up_to(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def _driver_of(connection: Connection) -> sqlite3.Connection:
    """For statements outside any transaction."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101, only a detached connection has none
    return driver


def _is_full(error: BaseException | None) -> bool:
    """Whether there is no room: for what is to be written, or for the index of the log, at the first opening."""
    whole_code = getattr(error, "sqlite_errorcode", None)
    return _code_of(error) == sqlite3.SQLITE_FULL or whole_code == sqlite3.SQLITE_IOERR_SHMSIZE


def _code_of(error: BaseException | None) -> int | None:
    """The primary code of an error of SQLite; the bits above tell more of the same."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
