"""The database at one instant, as one SQLite file, whatever engine the studio uses."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.orm import Session

from annotation_store.database import Database
from annotation_store.durable_files import sync_file
from annotation_store.errors import StoreUnavailableError
from annotation_store.keeping.row_copy import SQLITE, copy_rows
from annotation_store.schema_version import check_every_table_is_known


def take_snapshot(database: Database, target: Path) -> None:
    """Write what `database` holds at this instant to `target`, while others write to it. `target` is new.

    SQLite is copied page by page, another engine row by row, in one transaction that sees one snapshot. Raises
    StoreUnavailableError if the copy is damaged, which it is if the database was, and NewerTablesError where rows are
    copied and a newer program keeps more of them than this one knows.
    """
    if database.engine.dialect.name == SQLITE:
        _copy_pages(database, target)
    else:
        _copy_rows(database, target)
    make_single_file(target)
    sync_file(target)


@contextmanager
def open_snapshot(path: Path) -> Iterator[Session]:
    """A session that reads the snapshot at `path` and leaves not a bit of it changed."""
    url = URL.create(SQLITE, database=f"file:{quote(str(path))}", query={"mode": "ro", "immutable": "1", "uri": "true"})
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine) as session:
        yield session
    engine.dispose()


def make_single_file(path: Path) -> None:
    """Have SQLite keep all of the database in this one file, which nobody else has open, and look it over.

    Raises StoreUnavailableError if it is damaged.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            problems = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    except sqlite3.DatabaseError as error:
        problems = [str(error)]
    if problems != ["ok"]:
        raise StoreUnavailableError(
            f"The database is damaged ({problems[0]}), and so would be its copy: see what `doctor` finds, and restore "
            "the studio from a backup."
        )


def _copy_pages(database: Database, target: Path) -> None:
    with database.read() as session, closing(sqlite3.connect(target)) as copy:
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101, that is what SQLite has
        try:
            driver.backup(copy)  # all at once: in steps, it would begin anew after each write of somebody else
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise StoreUnavailableError(
                f"The database cannot be copied ({error}): see what `doctor` finds, and restore the studio from a "
                "backup."
            ) from error


def _copy_rows(database: Database, target: Path) -> None:
    copy = Database(URL.create(SQLITE, database=str(target)))
    try:
        copy.migrate()
        with database.read() as source, copy.write() as session:
            check_every_table_is_known(source.connection())
            copy_rows(source.connection(), session.connection())
    finally:
        copy.close()
