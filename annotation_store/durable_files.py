"""Files that are there as a whole or not at all, and on the disk before anybody relies on them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

UNFINISHED_PREFIX = ".incoming-"
"""Of the names of files that are being written; what a crash leaves behind bears it, too."""


@contextmanager
def durable_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of `path` at the end, or vanishes if an error gets out.

    Written beside, flushed to the disk, renamed: a reader or a power cut sees the whole file, or what was there before.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED_PREFIX)
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
