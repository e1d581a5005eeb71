"""Copies of files to another disk: whole, flushed, and compared with their hash on the way."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotation_store.durable_files import durable_file, make_folder
from annotation_store.errors import DamagedBlobError

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileMark:
    """What a file holds: the SHA-256 of its bytes (64 hexadecimal digits), and how many there are."""

    sha256: str
    size: int


def copy_file(source: Path, target: Path, *, expected: str | None = None) -> FileMark:
    """Copy `source` durably to `target`, whose folders are made.

    Raises DamagedBlobError, and leaves no copy, if `source` cannot be read to its end, or does not have the SHA-256
    that is `expected`.
    """
    make_folder(target.parent)
    digest, size = hashlib.sha256(), 0
    with durable_file(target) as copy:
        for chunk in _chunks(source):
            digest.update(chunk)
            size += copy.write(chunk)
        if expected is not None and digest.hexdigest() != expected:
            raise DamagedBlobError(f"The file {source} has changed on the disk.")
    return FileMark(digest.hexdigest(), size)


def mark_of(path: Path) -> FileMark:
    """The mark of a file as it lies there. Raises DamagedBlobError if it cannot be read to its end."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(path):
        digest.update(chunk)
        size += len(chunk)
    return FileMark(digest.hexdigest(), size)


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise DamagedBlobError(f"The file {path} cannot be read ({error.strerror}).") from error
