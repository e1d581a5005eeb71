"""A zip, written as it comes: the target need not be seekable, and may be of any size (Zip64 where needed).

The same files give the same bytes.
"""

import zipfile
from collections.abc import Mapping
from typing import BinaryIO, cast

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can hold, instead of the present one
_UNIX = 3


class ZipDestination:
    """An attempt that was broken off leaves nothing to go on with."""

    def __init__(self, target: BinaryIO) -> None:
        self._outlet = _Outlet(target)
        self._archive: zipfile.ZipFile | None = None

    def begin(self, mark: str) -> Mapping[str, str]:
        return {}

    def put(self, path: str, data: bytes) -> None:
        if self._archive is None:  # only now: what has nothing to write leaves the target as it was
            # stored: pictures are compressed already
            self._archive = zipfile.ZipFile(cast(BinaryIO, self._outlet), "w", zipfile.ZIP_STORED)
        info = zipfile.ZipInfo(path, date_time=_EPOCH)
        info.create_system = _UNIX  # whatever this machine is
        info.external_attr = 0o644 << 16
        self._archive.writestr(info, data)

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

    def write(self, data: bytes) -> int:
        return self._target.write(data) if self.is_open else len(data)

    def flush(self) -> None:
        if self.is_open:
            self._target.flush()
