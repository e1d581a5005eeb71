"""The store: a folder with a database and blobs, opened by one call."""

from dataclasses import dataclass
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError

from annotation_store.blobs import BlobStore
from annotation_store.database import Database
from annotation_store.errors import StoreUnavailableError

DATABASE_FILE = "matteloop.sqlite3"
BLOB_FOLDER = "blobs"


@dataclass(frozen=True, slots=True)
class Store:
    """What every public function of this floor takes first. May be shared by threads."""

    database: Database
    blobs: BlobStore
    folder: Path


def open_store(folder: Path) -> Store:
    """Open the store in `folder`; create it, or bring it up to this version, where needed.

    Raises StoreUnavailableError if the folder cannot be written to, holds something else than a store, or was
    written by a newer version.
    """
    folder = folder.expanduser().resolve()
    blob_folder = folder / BLOB_FOLDER
    try:
        blob_folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink(missing_ok=True)  # another process may be opening the same folder
    except OSError as error:
        raise StoreUnavailableError(
            f"The studio cannot write to its folder {folder} ({error.strerror}): "
            "choose another folder, or have its permissions changed."
        ) from error

    database = Database(URL.create("sqlite", database=str(folder / DATABASE_FILE)))
    try:
        database.migrate()
    except CommandError as error:
        database.close()
        raise StoreUnavailableError(
            f"The folder {folder} was written by a newer version of Matteloop: start that version, "
            "or choose another folder."
        ) from error
    except DatabaseError as error:
        database.close()
        raise StoreUnavailableError(
            f"The database in {folder} cannot be used ({error.orig}): restore {DATABASE_FILE} from a backup, "
            "or choose another folder."
        ) from error
    return Store(database=database, blobs=BlobStore(blob_folder), folder=folder)
