"""The store: a folder with blobs, and a database in it or on a server, opened by one call."""

from dataclasses import dataclass
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError

from annotation_store.blob_folder import BlobFolder
from annotation_store.blobs import BlobStore
from annotation_store.database import Database
from annotation_store.durable_files import make_folder
from annotation_store.errors import StoreError, StoreUnavailableError, unwritable

DATABASE_FILE = "matteloop.sqlite3"
BLOB_FOLDER = "blobs"
UNFINISHED_RESTORE_FILE = "RESTORE-UNFINISHED.txt"
"""Lies in a folder as long as a restore into it is not finished: until then it is no store."""


@dataclass(frozen=True, slots=True)
class Store:
    """What every public function of this floor takes first. May be shared by threads."""

    database: Database
    blobs: BlobStore
    folder: Path


def open_store(folder: Path, *, database_url: str = "") -> Store:
    """Open the store in `folder`; create it, or bring it up to this version, where needed.

    database_url: where the tables are, as `Database` takes it; empty for SQLite in `folder`. Blobs are in `folder`
    either way.

    Raises StoreUnavailableError if the folder cannot be written to, holds something else than a store, or was
    written by a newer version, or if the database cannot be used. No error quotes a password.
    """
    folder = folder.expanduser().resolve()
    _refuse_unfinished_restore(folder)
    blob_folder = folder / BLOB_FOLDER
    try:
        make_folder(blob_folder)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink(missing_ok=True)  # another process may be opening the same folder
    except OSError as error:
        raise unwritable(folder, error) from error

    database = _database_of(folder, database_url)
    try:
        database.migrate()
    except CommandError as error:
        database.close()
        raise StoreUnavailableError(
            f"{database.place} was written by a newer version of Matteloop: start that version, "
            "or choose another store."
        ) from error
    except DatabaseError as error:
        database.close()
        raise StoreUnavailableError(
            f"{database.place} cannot be used ({' '.join(str(error.orig).split())}): restore it from a backup, "
            "or choose another store."
        ) from error
    except StoreError:
        database.close()
        raise
    return Store(database=database, blobs=BlobFolder(blob_folder), folder=folder)


def holds_store(folder: Path, *, database_url: str = "") -> bool:
    """Whether `open_store` would find a store there rather than create one. Raises StoreUnavailableError."""
    folder = folder.expanduser().resolve()
    _refuse_unfinished_restore(folder)
    database = _database_of(folder, database_url)
    try:
        return database.holds_tables()
    finally:
        database.close()


def look_into(folder: Path, *, database_url: str = "") -> Store:
    """The store as it is there, neither created nor brought up to this version: to look at, never to work with.

    Raises StoreUnavailableError if a restore into the folder is not finished, or the address cannot be read.
    """
    folder = folder.expanduser().resolve()
    _refuse_unfinished_restore(folder)
    database = _database_of(folder, database_url)
    return Store(database=database, blobs=BlobFolder(folder / BLOB_FOLDER), folder=folder)


def _refuse_unfinished_restore(folder: Path) -> None:
    if (folder / UNFINISHED_RESTORE_FILE).exists():
        raise StoreUnavailableError(
            f"A restore into {folder} was not finished, so it is no studio yet: give the same `restore` again, or "
            "empty the folder."
        )


def _database_of(folder: Path, url: str) -> Database:
    return Database(url or URL.create("sqlite", database=str(folder / DATABASE_FILE)))
