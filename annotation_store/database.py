"""The database: many readers and one writer at a time, from any number of threads and processes.

The same promises on SQLite and on PostgreSQL (docs/decisions/0013); what is particular to each is in `engines`.
"""

import os
import time
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from annotation_store.engines.sqlite import SqliteEngine
from annotation_store.engines.store_engine import PATIENCE, WRITE_WITHIN, StoreEngine
from annotation_store.errors import StoreBusyError, StoreUnavailableError
from annotation_store.observed import observed
from annotation_store.pen import Pen
from annotation_store.schema_version import MIGRATIONS, Age, age_of_tables

FIT = frozenset({Age.THE_SAME, Age.COMPATIBLE})
"""Tables that this program can work with as they are."""


class Database:
    """The door to the tables.

    url: ``sqlite:///PATH`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``. Raises StoreUnavailableError if it is
    neither. All that a method raises on purpose is a StoreError; a password is in none of them.

    place: which database it is, as the subject of a sentence.
    """

    def __init__(self, url: str | URL) -> None:
        self._store_engine = _engine_of(url)
        self.engine = self._store_engine.writing
        self.place = self._store_engine.place
        self._reader = sessionmaker(self._store_engine.reading, expire_on_commit=False)
        self._writer = sessionmaker(self._store_engine.writing, expire_on_commit=False)
        self._pen = Pen()
        _begin_anew_after_fork(self)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent snapshot and leaves no trace."""
        with self._in_plain_words(), self._reader() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that holds the only pen: committed to the disk on success, rolled back on any error.

        What was read inside cannot have been changed by another writer before the commit. Raises StoreBusyError if
        the pen does not come within PATIENCE seconds, RuntimeError if this thread holds it already.
        """
        with ExitStack() as asked:
            with observed("pen wait"):
                patience = asked.enter_context(self._turn())
                asked.enter_context(self._in_plain_words())
                session = asked.enter_context(self._writer.begin())
                session.connection(execution_options={WRITE_WITHIN: patience})
            held = asked.pop_all()
        with observed("pen hold"), held:  # the commit is part of it
            yield session

    def holds_tables(self) -> bool:
        """Whether a store was kept there before; creates nothing."""
        with self._in_plain_words():
            return self._store_engine.holds_tables()

    def migrate(self) -> None:
        """Bring the tables up to this version of the program, in one transaction; newer ones that fit are left alone.

        Raises Alembic's CommandError where the tables are those of a newer version, and do not fit.
        """
        with self.migration() as config:
            # asked to do nothing, Alembic reads all migrations anew: most of the time that opening a store would take
            if age_of_tables(config.attributes["connection"]) not in FIT:
                command.upgrade(config, "head")

    def age(self) -> Age:
        """How the tables compare with this version of the program, which works with those that FIT."""
        with self.read() as session:
            return age_of_tables(session.connection())

    @contextmanager
    def migration(self) -> Iterator[Config]:
        """An Alembic configuration whose commands run in one transaction, for `alembic.command`."""
        with self._turn() as patience, self._in_plain_words(), self.engine.connect() as connection:
            connection.execution_options(**{WRITE_WITHIN: patience})
            with self._store_engine.migration(connection):
                yield _alembic_config(connection)

    @contextmanager
    def alone(self, number: int) -> Iterator[bool]:
        """Whether nobody else who shares this database by other computers is in here under the same number."""
        with self._in_plain_words(), self._store_engine.alone(number) as is_alone:
            yield is_alone

    def close(self) -> None:
        """Close the idle connections; the database opens new ones if it is used again."""
        self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[float]:
        """Hold the pen of this process; gives how many seconds are left to wait for that of all processes."""
        asked = time.monotonic()
        with self._pen.held(patience=PATIENCE):
            yield max(0.0, PATIENCE - (time.monotonic() - asked))

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        """Errors of the database that an operator can do something about, as errors of the store."""
        try:
            yield
        except PoolTimeoutError as error:
            raise StoreBusyError from error
        except DBAPIError as error:
            if (told := self._store_engine.in_words(error)) is None:
                raise
            raise told from error


def _engine_of(url: str | URL) -> StoreEngine:
    try:
        url = make_url(url)
    except (ArgumentError, ValueError):
        raise _unreadable() from None  # the cause could quote the password
    if url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return SqliteEngine(url)
    if url.drivername in ("postgresql", "postgresql+psycopg"):
        from annotation_store.engines.postgresql import PostgresqlEngine  # its driver loads a library of its own

        return PostgresqlEngine(url)
    raise _unreadable()


def _unreadable() -> StoreUnavailableError:
    return StoreUnavailableError(
        "The address of the database cannot be read: write postgresql://USER:PASSWORD@HOST/DATABASE, with %40 for an @ "
        "in the password and %2F for a /, or sqlite:///FILE."
    )


def _alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _begin_anew_after_fork(database: Database) -> None:
    """Connections must not be used on both sides of a fork, and nobody on the other side will hand on the pen."""
    if not hasattr(os, "register_at_fork"):  # Windows
        return
    reference = weakref.ref(database)

    def begin_anew() -> None:
        if (living := reference()) is not None:
            living.engine.dispose(close=False)
            living._pen = Pen()

    os.register_at_fork(after_in_child=begin_anew)
