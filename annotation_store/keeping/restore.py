"""A studio made anew from a backup, in an empty place.

The place is marked as unfinished first, and nothing opens it as a studio while the mark is there. Files come before the
database, and the database is put into its place in one step, so that a restore that was interrupted can be given again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from sqlalchemy import URL, inspect, select, text

from annotation_store.blob_folder import BlobFolder
from annotation_store.blobs import BlobStore
from annotation_store.database import Database
from annotation_store.durable_files import durable_file, make_folder, sync_file, sync_folder
from annotation_store.errors import DamagedBlobError, StoreUnavailableError
from annotation_store.keeping.blob_copies import BlobCopies, copy_blobs
from annotation_store.keeping.blob_references import referenced
from annotation_store.keeping.copying import copy_file
from annotation_store.keeping.keeping_errors import DamagedBackupError, NotABackupError, UnsuitablePlaceError
from annotation_store.keeping.manifest import BackupManifest, read_manifest
from annotation_store.keeping.row_copy import SQLITE, copy_rows
from annotation_store.keeping.snapshot import make_single_file, open_snapshot
from annotation_store.schema import Base
from annotation_store.schema_version import Age, age_of
from annotation_store.store import BLOB_CACHE_FOLDER, BLOB_FOLDER, DATABASE_FILE, UNFINISHED_RESTORE_FILE

Say = Callable[[float, str], None]
"""Told how far the work is, 0 to 1, and in words."""

_COPY = ".restoring.sqlite3"
_MARK = "This folder is being restored from a backup. It is a studio once this file is gone.\n"
_BROUGHT_BY_MIGRATIONS = ("projects", "schema_versions")
"""Tables in which a new store has rows."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """blobs: what was copied, what an interrupted restore had copied, and what the backup lacks."""

    manifest: BackupManifest
    blobs: BlobCopies


def restore(
    folder: Path,
    into: Path,
    *,
    database_url: str = "",
    blob_url: str = "",
    besides: Sequence[str] = (),
    say: Say = lambda _share, _text: None,
) -> RestoreReport:
    """Make a studio in the data folder `into` of the backup in `folder`, brought up to this version.

    into: empty, new, or left by a restore that was interrupted. database_url: where its tables go, as `open_store`
    takes it; they must not be there yet. blob_url: where its blobs go, likewise, and nothing else is. besides: patterns
    of the further files to restore; what else the manifest lists is not taken. Blobs that the backup lacks do not stop
    the others.

    Raises NotABackupError, DamagedBackupError if anything but a blob is missing or changed, UnsuitablePlaceError if
    there is something already, StoreUnavailableError if the place cannot be written to.
    """
    folder, into = folder.expanduser().resolve(), into.expanduser().resolve()
    manifest = read_manifest(folder)
    if age_of(manifest.schema_revision) is Age.NEWER:
        raise NotABackupError(
            f"The backup in {folder} was made by a newer version of Matteloop ({manifest.program_version}), which this "
            "version cannot read: use that version."
        )
    server = Database(database_url) if database_url else None
    try:
        _check_place(folder, into, server)
        blobs, settle = _place_for_blobs(into, blob_url, manifest)
        return _restore(folder, into, _without_strangers(manifest, besides), server, blobs, settle, say)
    except OSError as error:
        raise StoreUnavailableError(
            f"The backup could not be restored into {into} ({error.strerror}): make room on the disk, or have the "
            "folder's permissions changed, then give the same command again."
        ) from error
    finally:
        if server is not None:
            server.close()


def _place_for_blobs(into: Path, url: str, manifest: BackupManifest) -> tuple[BlobStore, Callable[[], None]]:
    """Where blobs go, and what is to be done once all are there. Raises UnsuitablePlaceError if some are already."""
    if not url:
        return BlobFolder(into / BLOB_FOLDER), lambda: None
    from annotation_store.buckets.blob_bucket import BlobBucket
    from annotation_store.buckets.blob_cache import BlobCache
    from annotation_store.buckets.objects import ObstoreObjects
    from annotation_store.buckets.ownership import OwnerMark, claim, read_mark, set_mark

    objects, filling = ObstoreObjects(url), OwnerMark(manifest.studio, filling=True)
    mark = read_mark(objects)
    if mark is None:
        claim(objects, filling)
    elif mark != filling or not (into / UNFINISHED_RESTORE_FILE).exists():
        raise UnsuitablePlaceError(
            f"{objects.address} holds the files of a studio already, and nothing is restored over them: set "
            "MATTELOOP_BLOB_URL to an empty place, such as another folder of the bucket."
        )
    bucket = BlobBucket(objects, BlobCache(into / BLOB_CACHE_FOLDER, room=0))
    return bucket, lambda: set_mark(objects, OwnerMark(manifest.studio))


def _restore(
    folder: Path,
    into: Path,
    manifest: BackupManifest,
    server: Database | None,
    target: BlobStore,
    settle: Callable[[], None],
    say: Say,
) -> RestoreReport:
    make_folder(into)
    mark = into / UNFINISHED_RESTORE_FILE
    with durable_file(mark) as file:
        file.write(_MARK.encode())
    say(0, "copying the database")
    for name in manifest.files:
        _copy(folder, manifest, name, into / (_COPY if name == DATABASE_FILE else name))
    _bring_up_to_date(into / _COPY)
    with open_snapshot(into / _COPY) as session:
        names = referenced(session)
    blobs = copy_blobs(
        names,
        BlobFolder(folder / BLOB_FOLDER),
        target,
        on_blob=lambda done: say(done / len(names), f"file {done} of {len(names)}"),
    )
    make_folder(into / BLOB_FOLDER)
    settle()
    if server is None:
        (into / _COPY).replace(into / DATABASE_FILE)
    else:
        say(1, "copying the rows")
        _fill(server, into / _COPY)
        (into / _COPY).unlink()
    mark.unlink()
    sync_folder(into)
    return RestoreReport(manifest, blobs)


def _without_strangers(manifest: BackupManifest, besides: Sequence[str]) -> BackupManifest:
    """A manifest decides which files there are, but not which files a studio reads."""
    known = (DATABASE_FILE, *besides)
    files = {
        name: mark for name, mark in manifest.files.items() if any(fnmatchcase(name, pattern) for pattern in known)
    }
    if DATABASE_FILE not in files:
        raise DamagedBackupError("The backup holds no database, so it is not restored: use another backup.")
    return replace(manifest, files=files)


def _check_place(folder: Path, into: Path, server: Database | None) -> None:
    if into.is_relative_to(folder) or folder.is_relative_to(into):
        raise UnsuitablePlaceError(f"{into} and the backup {folder} lie in each other: choose another folder.")
    if into.exists() and not into.is_dir():
        raise UnsuitablePlaceError(f"{into} is a file: choose a new or empty folder.")
    if into.is_dir() and any(into.iterdir()) and not (into / UNFINISHED_RESTORE_FILE).exists():
        raise UnsuitablePlaceError(
            f"{into} is not empty, and nothing is restored over what is there: choose a new or empty folder."
        )
    if server is not None and server.holds_tables() and not _is_empty(server):
        raise UnsuitablePlaceError(
            f"{server.place} holds a studio already, and nothing is restored over it: create an empty database."
        )


def _is_empty(server: Database) -> bool:
    """Whether the tables are as new: an interrupted restore may have made them, but all rows come at once."""
    with server.read() as session:
        there = set(inspect(session.connection()).get_table_names()) - set(_BROUGHT_BY_MIGRATIONS)
        tables = [table for table in Base.metadata.sorted_tables if table.name in there]
        return not any(session.execute(select(text("1")).select_from(each).limit(1)).first() for each in tables)


def _copy(folder: Path, manifest: BackupManifest, name: str, target: Path) -> None:
    source = folder / manifest.snapshot / name
    try:
        copy_file(source, target, expected=manifest.files[name].sha256)
    except DamagedBlobError as error:
        raise DamagedBackupError(
            f"{source} is missing or has changed since the backup was made, so it is not restored: use another backup."
        ) from error


def _bring_up_to_date(file: Path) -> None:
    copy = Database(URL.create(SQLITE, database=str(file)))
    try:
        copy.migrate()
    finally:
        copy.close()
    make_single_file(file)
    sync_file(file)


def _fill(server: Database, file: Path) -> None:
    server.migrate()
    with open_snapshot(file) as source, server.write() as target:
        copy_rows(source.connection(), target.connection())
