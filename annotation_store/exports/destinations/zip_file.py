"""A zip, written as it comes: the target need not be seekable, and may be of any size (Zip64 where needed).

The same files give the same bytes.
"""

import zipfile
from collections.abc import Mapping
from typing import BinaryIO, cast

from annotation_store.exports.destinations.destination import FileData

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can hold, instead of the present one
_UNIX = 3
_LARGE = 1 << 30  # a member from here on is announced as one that may pass the 4 GiB of a plain zip
_PIECE = 1 << 20


class ZipDestination:
    """An attempt that was broken off leaves nothing to go on with."""

    def __init__(self, target: BinaryIO) -> None:
        self._outlet = _Outlet(target)
        self._archive: zipfile.ZipFile | None = None

    def begin(self, mark: str) -> Mapping[str, str]:
        return {}

    def put(self, path: str, data: FileData) -> None:
        if self._archive is None:  # only now: what has nothing to write leaves the target as it was
            # stored: pictures are compressed already
            self._archive = zipfile.ZipFile(cast(BinaryIO, self._outlet), "w", zipfile.ZIP_STORED)
        info = zipfile.ZipInfo(path, date_time=_EPOCH)
        info.create_system = _UNIX  # whatever this machine is
        info.external_attr = 0o644 << 16
        with self._archive.open(info, "w", force_zip64=len(data) > _LARGE) as member:
            member.write(data)

    def finish(self) -> None:
        if self._archive is not None:
            self._archive.close()

    def give_up(self) -> None:
        self._outlet.is_open = False  # or closing would make half an archive look like a whole one
        self.finish()


class _Outlet:
    """The target, for as long as it is open; it cannot be sought, so that a zip is the same wherever it goes."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.is_open = True

    def write(self, data: bytes | memoryview) -> int:
        """A piece at a time, so that no target copies what is large."""
        whole = memoryview(data)
        for start in range(0, len(whole), _PIECE):
            if self.is_open:
                self._target.write(whole[start : start + _PIECE])
        return len(whole)

    def flush(self) -> None:
        if self.is_open:
            self._target.flush()
