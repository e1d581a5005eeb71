"""Files that are there as a whole or not at all, and on the disk before anybody relies on them."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

UNFINISHED_PREFIX = ".incoming-"
"""Of the names of files that are being written; what a crash leaves behind bears it, too."""


@contextmanager
def durable_file(path: Path, *, private: bool = True) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of `path` at the end, or vanishes if an error gets out.

    Written beside, flushed to the disk, renamed: a reader or a power cut sees the whole file, or what was there before.
    private: for this program's user alone, instead of for whomever the system's umask lets.
    """
    descriptor, name = (tempfile.mkstemp if private else _make_shared)(dir=path.parent, prefix=UNFINISHED_PREFIX)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Create `folder` and its parents, each entered durably in its own parent."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_file(path: Path) -> None:
    """Flush to the disk what somebody else has written to `path`."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the names in `folder` to the disk."""
    if os.name == "nt":  # Windows can neither open nor flush a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_shared(*, dir: Path, prefix: str) -> tuple[int, str]:
    """As `tempfile.mkstemp`, but readable by others; the system alone knows the umask without changing it."""
    path = dir / f"{prefix}{secrets.token_hex(8)}"
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(path, flags, 0o666), str(path)
