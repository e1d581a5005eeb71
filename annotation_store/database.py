"""The SQLite database: many readers and one writer at a time, from any number of threads and processes."""

import os
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from annotation_store.errors import StoreUnavailableError

BUSY_TIMEOUT = 30_000  # milliseconds that a writer waits for its turn
_IMMEDIATE = "begin_immediate"


class Database:
    """The door to the tables.

    url: an SQLAlchemy URL of the form ``sqlite:///PATH``.
    """

    def __init__(self, url: str | URL) -> None:
        self.engine = create_engine(url, pool_size=8, max_overflow=64)
        event.listen(self.engine, "connect", _prepare_connection)
        event.listen(self.engine, "begin", _begin)
        self._writing_engine = self.engine.execution_options(**{_IMMEDIATE: True})
        self._reader = sessionmaker(self.engine, expire_on_commit=False)
        self._writer = sessionmaker(self._writing_engine, expire_on_commit=False)
        _forget_connections_after_fork(self)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent snapshot and leaves no trace."""
        with self._reader() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that holds the only pen: committed to the disk on success, rolled back on any error.

        What was read inside cannot have been changed by another writer before the commit. Not to be nested.
        """
        with self._writer.begin() as session:
            yield session

    def migrate(self) -> None:
        """Bring the tables up to this version of the program, in one transaction."""
        with self.migration() as config:
            command.upgrade(config, "head")

    @contextmanager
    def migration(self) -> Iterator[Config]:
        """An Alembic configuration whose commands run in one transaction, for `alembic.command`."""
        with self._writing_engine.connect() as connection:
            # a migration rebuilds tables under their foreign keys, so these are checked at its end instead
            _execute(connection, "PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    yield _alembic_config(connection)
                    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise StoreUnavailableError(
                            "The store's database holds rows that point at nothing, so it was left as it is: "
                            "restore it from a backup."
                        )
            finally:
                _execute(connection, "PRAGMA foreign_keys = ON")

    def close(self) -> None:
        """Close the idle connections; the database opens new ones if it is used again."""
        self.engine.dispose()


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" below opens transactions, not the driver
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")  # first: the others may have to wait already
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")  # an acknowledged stroke survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Once for the life of the file; whoever comes while it is being created waits as a writer does.

    SQLite does not wait by itself: where it would have to upgrade a lock to change the journal, it refuses at once.
    """
    patience = time.monotonic() + BUSY_TIMEOUT / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.02)
        else:
            return


def _begin(connection: Connection) -> None:
    # a transaction that starts by reading cannot wait for the pen later without risking "database is locked"
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _execute(connection: Connection, statement: str) -> None:
    """Run a statement outside any transaction."""
    driver_connection = connection.connection.driver_connection
    assert driver_connection is not None  # noqa: S101, only a detached connection has none
    driver_connection.execute(statement)


def _alembic_config(connection: Connection) -> Config:
    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _forget_connections_after_fork(database: Database) -> None:
    """SQLite's connections must not be used on both sides of a fork."""
    if not hasattr(os, "register_at_fork"):  # Windows
        return
    reference = weakref.ref(database)

    def forget() -> None:
        if (living := reference()) is not None:
            living.engine.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
