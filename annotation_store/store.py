"""The store: a folder, a database in it or on a server, and blobs in it or in an object store, opened by one call."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.util import CommandError
from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError

from annotation_store.blob_folder import BlobFolder
from annotation_store.blobs import BlobStore
from annotation_store.database import Database
from annotation_store.durable_files import durable_file, make_folder, sync_folder
from annotation_store.errors import StoreError, StoreUnavailableError, blaming, unwritable

if TYPE_CHECKING:
    from annotation_store.buckets.blob_bucket import BlobBucket

DATABASE_FILE = "matteloop.sqlite3"
BLOB_FOLDER = "blobs"
BLOB_CACHE_FOLDER = Path("cache", "blobs")
BLOB_CACHE_ROOM = 5_000_000_000
"""Bytes that copies of blobs from an object store take up on this computer, unless told otherwise."""
BLOBS_ELSEWHERE_FILE = "blobs-elsewhere.txt"
"""Says in which object store the blobs of this folder's studio lie. Without the setting, no photo would be found."""
UNFINISHED_RESTORE_FILE = "RESTORE-UNFINISHED.txt"
"""Lies in a folder as long as a restore into it is not finished: until then it is no store."""


@dataclass(frozen=True, slots=True)
class Store:
    """What every public function of this floor takes first. May be shared by threads."""

    database: Database
    blobs: BlobStore
    folder: Path


def open_store(
    folder: Path, *, database_url: str = "", blob_url: str = "", blob_cache_room: int = BLOB_CACHE_ROOM
) -> Store:
    """Open the store in `folder`; create it, or bring it up to this version, where needed.

    database_url: where the tables are, as `Database` takes it; empty for SQLite in `folder`. blob_url: where the blobs
    are, as ``s3://BUCKET/FOLDER``; empty for `folder`. blob_cache_room: bytes that copies of those elsewhere may take.

    Raises StoreUnavailableError if the folder cannot be written to, holds something else than a store, or was
    written by a newer version, or if the database or the object store cannot be used, or is another studio's. No error
    quotes a password. Raises MissingPackageError where the object store needs a package.
    """
    folder = folder.expanduser().resolve()
    _refuse_unfinished_restore(folder)
    _refuse_blobs_elsewhere(folder, blob_url)
    bucket = _bucket_of(folder, blob_url, blob_cache_room)
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
        if bucket is not None:
            _settle(folder, bucket, database)
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
    return Store(database=database, blobs=bucket or BlobFolder(blob_folder), folder=folder)


def holds_store(folder: Path, *, database_url: str = "") -> bool:
    """Whether `open_store` would find a store there rather than create one. Raises StoreUnavailableError."""
    folder = folder.expanduser().resolve()
    _refuse_unfinished_restore(folder)
    database = _database_of(folder, database_url)
    try:
        return database.holds_tables()
    finally:
        database.close()


def look_into(folder: Path, *, database_url: str = "", blob_url: str = "") -> Store:
    """The store as it is there, neither created nor brought up to this version: to look at, never to work with.

    Raises StoreUnavailableError if a restore into the folder is not finished, an address cannot be read, or the blobs
    lie elsewhere.
    """
    folder = folder.expanduser().resolve()
    _refuse_unfinished_restore(folder)
    _refuse_blobs_elsewhere(folder, blob_url)
    bucket = _bucket_of(folder, blob_url, 0)
    database = _database_of(folder, database_url)
    return Store(database=database, blobs=bucket or BlobFolder(folder / BLOB_FOLDER), folder=folder)


def _refuse_unfinished_restore(folder: Path) -> None:
    if (folder / UNFINISHED_RESTORE_FILE).exists():
        raise StoreUnavailableError(
            f"A restore into {folder} was not finished, so it is no studio yet: give the same `restore` again, or "
            "empty the folder."
        )


def _refuse_blobs_elsewhere(folder: Path, url: str) -> None:
    note = folder / BLOBS_ELSEWHERE_FILE
    if not url and note.exists():
        raise StoreUnavailableError(
            f"The files of this studio lie in an object store: set MATTELOOP_BLOB_URL to what {note} says, or move "
            "them back with that setting (`python app.py blobs move folder`)."
        )


def _bucket_of(folder: Path, url: str, room: int) -> "BlobBucket | None":
    """None for the folder, for which nothing of this is imported."""
    if not url:
        return None
    from annotation_store.buckets.blob_bucket import BlobBucket
    from annotation_store.buckets.blob_cache import BlobCache
    from annotation_store.buckets.objects import ObstoreObjects

    return BlobBucket(ObstoreObjects(url), BlobCache(folder / BLOB_CACHE_FOLDER, room=room))


def _settle(folder: Path, bucket: "BlobBucket", database: Database) -> None:
    from annotation_store.buckets.ownership import take_possession

    take_possession(bucket.objects, database)
    note_where_blobs_lie(folder, bucket.where)


def note_where_blobs_lie(folder: Path, where: str) -> None:
    """Have the folder say where its studio's blobs lie; empty for in itself. Raises StoreUnavailableError."""
    note, text = folder / BLOBS_ELSEWHERE_FILE, f"{where}\n".encode()
    with blaming(folder):
        if not where:
            note.unlink(missing_ok=True)
            sync_folder(folder)
        elif not note.exists() or note.read_bytes() != text:
            with durable_file(note) as file:
                file.write(text)


def _database_of(folder: Path, url: str) -> Database:
    return Database(url or URL.create("sqlite", database=str(folder / DATABASE_FILE)))
