"""What a power cut would leave: a record of what was flushed to the disk, and in which order.

A kill loses nothing that was written. A power cut loses what was not flushed: the bytes of a file until the file is
flushed, its name until the folder that holds the name is.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from faults.soundness import BLOBS


class DurableSteps:
    """Watches from its making on; what lay under `folder` before counts as flushed, but for names told to `forget`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._old = set(folder.rglob("*"))
        self._forgotten: set[Path] = set()
        self._bytes: set[int] = set()  # files that were flushed, by their inode
        self._names: set[tuple[int, str]] = set()  # names that were flushed, with the inode of their folder
        flush = os.fsync

        def watched(descriptor: int) -> None:
            flush(descriptor)
            self._flushed(descriptor)

        monkeypatch.setattr(os, "fsync", watched)

    def forget(self, path: Path) -> None:
        """As if whoever made `path` had been killed before its name was flushed."""
        self._forgotten.add(path)

    def lost_in_a_power_cut(self, path: Path) -> str | None:
        """What of `path` would be lost now, in words; None if it would be there."""
        if path.is_file() and path not in self._old and path.stat().st_ino not in self._bytes:
            return f"the bytes of {path}"
        for entry in [path, *path.parents]:
            if entry == self._folder:
                return None
            is_flushed = (entry.parent.stat().st_ino, entry.name) in self._names
            if not is_flushed and entry not in self._old - self._forgotten:
                return f"the name of {entry}"
        raise ValueError(f"{path} does not lie under {self._folder}")

    def _flushed(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            self._names |= {(status.st_ino, name) for name in os.listdir(descriptor)}
        else:
            self._bytes.add(status.st_ino)


def watch_commits(engine: Engine, before_commit: Callable[[set[str]], None]) -> None:
    """Call `before_commit` right before each commit, with all blobs that rows will name after it."""

    def commit(connection: Connection) -> None:
        rows = [
            row
            for table, columns in BLOBS
            for row in connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608
        ]
        before_commit({digest for row in rows for digest in row if digest is not None})

    event.listen(engine, "commit", commit)
