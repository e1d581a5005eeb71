"""A backup: the whole studio as it was at one instant, in a folder on another disk, made while people work.

First comes a snapshot of the database, then every blob that the snapshot names. A blob never changes, and is on the
disk before the row that names it is written, so all of them are there however much later they are copied. The manifest
is written last, in one step: until then the folder holds the backup before, whole.

    backup.json                        the manifest
    snapshot-20261126-031500-123456/   matteloop.sqlite3, guidelines.md, runs/0001/training.log
    blobs/ab/cd/abcd...                a folder, wherever the studio has them; a later backup adds what is new
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.blob_folder import BlobFolder
from annotation_store.clock import utc_now
from annotation_store.durable_files import UNFINISHED_PREFIX, make_folder
from annotation_store.errors import StoreUnavailableError
from annotation_store.identity import studio_in
from annotation_store.keeping.blob_copies import BlobCopies, copy_blobs
from annotation_store.keeping.blob_references import referenced
from annotation_store.keeping.copying import FileMark, copy_file, mark_of
from annotation_store.keeping.keeping_errors import AlreadyAtWorkError, UnsuitablePlaceError
from annotation_store.keeping.manifest import (
    FORMAT,
    MANIFEST_FILE,
    SNAPSHOT_PREFIX,
    BackupManifest,
    read_manifest,
    write_manifest,
)
from annotation_store.keeping.snapshot import open_snapshot, take_snapshot
from annotation_store.schema_version import schema_revision
from annotation_store.store import BLOB_FOLDER, DATABASE_FILE, Store
from matting_core import __version__

Say = Callable[[float, str], None]
"""Told how far the work is, 0 to 1, and in words."""

_LOCK = ".matteloop-backup.lock"
"""Also the mark of a folder in which a first backup was begun and not finished."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """blobs: what was copied, what was there from the backup before, and what the studio itself has lost."""

    manifest: BackupManifest
    blobs: BlobCopies


def back_up(
    store: Store,
    folder: Path,
    *,
    besides: Sequence[str] = (),
    verify: bool = False,
    say: Say = lambda _share, _text: None,
) -> BackupReport:
    """Back the studio up into `folder`, which is new, empty, or holds an earlier backup of the same studio.

    besides: patterns of further files in the data folder. verify: read the blobs of the earlier backup, and copy those
    anew that are damaged. Raises UnsuitablePlaceError if `folder` holds something else, AlreadyAtWorkError if another
    backup is being made there, StoreUnavailableError if the database is damaged or the disk is full; the earlier backup
    is then as it was.
    """
    folder = folder.expanduser().resolve()
    _check_place(folder, store)
    try:
        make_folder(folder)
        with _alone_in(folder):
            return _back_up(store, folder, besides, verify, say)
    except OSError as error:
        raise StoreUnavailableError(
            f"The backup could not be written to {folder} ({error.strerror}): make room on the disk, or have the "
            "folder's permissions changed, then try again. The backup before is as it was."
        ) from error


def _back_up(store: Store, folder: Path, besides: Sequence[str], verify: bool, say: Say) -> BackupReport:
    _clear_away(folder, keep=_snapshot_of_the_backup_before(folder, store))
    taken_at = utc_now()
    part = folder / f"{SNAPSHOT_PREFIX}{taken_at:%Y%m%d-%H%M%S-%f}"
    make_folder(part)
    say(0, "copying the database")
    take_snapshot(store.database, part / DATABASE_FILE)
    with open_snapshot(part / DATABASE_FILE) as session:
        names = referenced(session)
        rows, revision, studio = _count_rows(session), schema_revision(session.connection()), studio_in(session)
    blobs = copy_blobs(
        names,
        store.blobs,
        BlobFolder(folder / BLOB_FOLDER),
        verify=verify,
        on_blob=lambda done: say(done / len(names), f"file {done} of {len(names)}"),
    )
    manifest = BackupManifest(
        format=FORMAT,
        taken_at=taken_at,
        program_version=__version__,
        schema_revision=str(revision),
        engine=store.database.engine.dialect.name,
        studio=studio,
        snapshot=part.name,
        rows=rows,
        files={DATABASE_FILE: mark_of(part / DATABASE_FILE), **_copy_besides(store.folder, part, besides)},
        blobs=blobs.copied.files + blobs.there.files,
        blob_bytes=blobs.copied.size + blobs.there.size,
        missing=blobs.lost,
    )
    write_manifest(folder, manifest)
    _clear_away(folder, keep=part.name)
    return BackupReport(manifest, blobs)


def _check_place(folder: Path, store: Store) -> None:
    if folder.is_relative_to(store.folder) or store.folder.is_relative_to(folder):
        raise UnsuitablePlaceError(
            f"{folder} and the data folder {store.folder} lie in each other, so whatever harms the one would harm the "
            "other: choose a folder elsewhere, best on another disk."
        )
    if folder.exists() and not folder.is_dir():
        raise UnsuitablePlaceError(f"{folder} is a file: choose a folder for the backup.")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not (folder / MANIFEST_FILE).exists() and not (folder / _LOCK).exists():
        raise UnsuitablePlaceError(
            f"{folder} holds something else than a backup: choose an empty folder, or that of an earlier backup."
        )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    try:
        with FileLock(folder / _LOCK, timeout=0):
            yield
    except Timeout as error:
        raise AlreadyAtWorkError(f"Another backup is being made in {folder}: wait until it is done.") from error


def _snapshot_of_the_backup_before(folder: Path, store: Store) -> str | None:
    """Its name; None before the first backup. Raises UnsuitablePlaceError if it is one of another studio."""
    if not (folder / MANIFEST_FILE).exists():
        return None
    before = read_manifest(folder)
    with store.database.read() as session:
        studio = studio_in(session)
    if before.studio not in (None, studio):
        raise UnsuitablePlaceError(
            f"{folder} holds a backup of another studio, which this one would replace: choose another folder."
        )
    return before.snapshot


def _count_rows(session: Session) -> Mapping[str, int]:
    tables = schema.Base.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def _copy_besides(data_folder: Path, part: Path, patterns: Sequence[str]) -> Mapping[str, FileMark]:
    found = sorted({path for pattern in patterns for path in data_folder.glob(pattern) if path.is_file()})
    names = [path.relative_to(data_folder).as_posix() for path in found]
    return {name: copy_file(path, part / name) for name, path in zip(names, found, strict=True)}


def _clear_away(folder: Path, *, keep: str | None) -> None:
    """Remove what interrupted backups left, and all snapshots but the one to keep."""
    for snapshot in folder.glob(f"{SNAPSHOT_PREFIX}*"):
        if snapshot.name != keep:
            shutil.rmtree(snapshot)
    for file in BlobFolder(folder / BLOB_FOLDER).files():
        if file.name.startswith(UNFINISHED_PREFIX):
            file.unlink()
