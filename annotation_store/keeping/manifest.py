"""What a backup is: ``backup.json``, written last. A folder without it is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, TypeAdapter, ValidationError

from annotation_store.durable_files import durable_file
from annotation_store.keeping.copying import FileMark
from annotation_store.keeping.keeping_errors import NotABackupError

MANIFEST_FILE = "backup.json"
FORMAT = 1
SNAPSHOT_PREFIX = "snapshot-"


def _below(name: str) -> str:
    """A name in a manifest becomes a path: it must not lead out of the backup, nor out of a data folder."""
    parts = PurePosixPath(name).parts
    if not parts or any(part in ("..", "/", "//") or re.search(r"[\\:\0]", part) for part in parts):
        raise ValueError("not a path below the backup's folder")
    return name


def _snapshot_name(name: str) -> str:
    if not re.fullmatch(SNAPSHOT_PREFIX + r"[0-9-]+", name):
        raise ValueError("not the name of a snapshot")
    return name


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """taken_at: the instant that the backup shows. studio: tells it from other studios; None while nothing has happened
    in it. snapshot: the folder of `files`. rows: of each table. files: everything that is not named by its hash.
    blobs, blob_bytes: what the snapshot names and the backup holds. missing: names of blobs that the studio itself had
    lost."""

    format: int
    taken_at: datetime
    program_version: str
    schema_revision: str
    engine: str
    studio: str | None
    snapshot: Annotated[str, AfterValidator(_snapshot_name)]
    rows: Mapping[str, int]
    files: Mapping[Annotated[str, AfterValidator(_below)], FileMark]
    blobs: int
    blob_bytes: int
    missing: tuple[str, ...]


_MANIFEST = TypeAdapter(BackupManifest)


def read_manifest(folder: Path) -> BackupManifest:
    """What the backup in `folder` holds. Raises NotABackupError if there is none, or none that this version knows."""
    try:
        data = (folder / MANIFEST_FILE).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotABackupError(
            f"There is no finished backup in {folder} (it has no {MANIFEST_FILE}): name the folder that was given to "
            "`backup`."
        ) from error
    try:
        manifest = _MANIFEST.validate_json(data)
    except ValidationError as error:
        raise NotABackupError(
            f"{folder / MANIFEST_FILE} is damaged, was made by a newer version of Matteloop, or is something else: "
            "use the version that made the backup, or another backup."
        ) from error
    if manifest.format > FORMAT:
        raise NotABackupError(
            f"The backup in {folder} was made by a newer version of Matteloop ({manifest.program_version}): use that "
            "version."
        )
    return manifest


def write_manifest(folder: Path, manifest: BackupManifest) -> None:
    """Make what lies in `folder` a backup, or the newer one, from one moment to the next."""
    with durable_file(folder / MANIFEST_FILE) as file:
        file.write(_MANIFEST.dump_json(manifest, indent=2) + b"\n")
