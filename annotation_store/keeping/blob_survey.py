"""What lies in the folder of blobs, without a look inside the files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotation_store.blobs import BlobStore
from annotation_store.durable_files import UNFINISHED_PREFIX
from annotation_store.errors import InvalidDigestError


@dataclass(frozen=True, slots=True)
class SeenFile:
    """size: bytes. changed: seconds since the epoch."""

    path: Path
    size: int
    changed: float


@dataclass(frozen=True, slots=True)
class BlobSurvey:
    """in_place, aside: blobs by their names. leftovers: files that a crash left unfinished, or that are being written
    right now. strange: whatever else lies there."""

    in_place: Mapping[str, SeenFile]
    aside: Mapping[str, SeenFile]
    leftovers: tuple[SeenFile, ...]
    strange: tuple[SeenFile, ...]


def survey(blobs: BlobStore) -> BlobSurvey:
    """Look at every file; those that vanish meanwhile are left out."""
    in_place: dict[str, SeenFile] = {}
    leftovers: list[SeenFile] = []
    strange: list[SeenFile] = []
    for file in _seen(blobs.files()):
        if _belongs(blobs, file.path):
            in_place[file.path.name] = file
        else:
            (leftovers if file.path.name.startswith(UNFINISHED_PREFIX) else strange).append(file)
    aside = {file.path.name: file for file in _seen(blobs.files_aside())}
    return BlobSurvey(in_place, aside, tuple(leftovers), tuple(strange))


def _belongs(blobs: BlobStore, path: Path) -> bool:
    try:
        return blobs.place(path.name) == path
    except InvalidDigestError:
        return False


def _seen(paths: Iterable[Path]) -> Iterable[SeenFile]:
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        yield SeenFile(path, status.st_size, status.st_mtime)
