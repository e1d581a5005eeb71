"""Copies of blobs on this computer's disk, up to so many bytes; those that were not read for longest make way.

Any process may read, write and delete here at any moment. A copy is compared with its name whenever it is read, so a
file that a crash or a disk has spoilt is as good as none. Nothing here is needed: what goes wrong costs a copy.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from annotation_store.blobs import digest_of, place_of
from annotation_store.durable_files import UNFINISHED_PREFIX

_SLACK = 0.05
"""Share of the room that a process fills before it looks how full it is; as much is left free at each look."""


class BlobCache:
    """In `folder`, made when first needed. room: bytes; 0 keeps nothing."""

    def __init__(self, folder: Path, *, room: int) -> None:
        self._folder = folder
        self._room = room
        self._added = float("inf")  # since the last look, of which there was none

    def get(self, digest: str) -> bytes | None:
        """The bytes named `digest`, verified; None if there is no sound copy."""
        path = self._path(digest)
        try:
            data = path.read_bytes()
            if digest_of(data) == digest:
                os.utime(path)  # read now: it stays longer
                return data
            path.unlink()
        except OSError:
            pass
        return None

    def keep(self, digest: str, data: bytes) -> None:
        """Keep a copy, unless it alone would take much of the room."""
        if not self._room or len(data) > self._room * _SLACK:
            return
        path = self._path(digest)
        unfinished = path.with_name(f"{UNFINISHED_PREFIX}{secrets.token_hex(8)}")
        with suppress(OSError):  # no room, no right: no copy
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                unfinished.write_bytes(data)
                unfinished.replace(path)
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise
        self._added += len(data)
        if self._added > self._room * _SLACK:
            self._make_room()

    def _make_room(self) -> None:
        with suppress(OSError, Timeout), FileLock(self._folder / ".lock", timeout=0):  # else somebody else is at it
            self._added = 0
            files = sorted(self._files(), reverse=True)
            kept = 0
            for _, size, path in files:
                kept += size
                if kept > self._room * (1 - _SLACK):
                    with suppress(OSError):
                        path.unlink()

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When each was read last, its size and path; those half written count, and make way as others do."""
        for parent, _, names in os.walk(self._folder):
            for path in (Path(parent, name) for name in names if name != ".lock"):
                with suppress(OSError):
                    status = path.stat()
                    yield status.st_mtime, status.st_size, path

    def _path(self, digest: str) -> Path:
        first, _, name = place_of(digest)
        return self._folder / first / name
