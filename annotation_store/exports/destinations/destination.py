"""What a place is that an export is written to."""

from collections.abc import Mapping
from mmap import mmap
from typing import Protocol

FileData = bytes | mmap
"""The bytes of a file: in memory, or mapped from one that is larger than that should be."""


class Destination(Protocol):
    """Takes whole files, one after the other. What was put counts once it is finished; then nothing more is put."""

    def begin(self, mark: str) -> Mapping[str, str]:
        """The files that are there already from an earlier attempt at the export of this mark: path -> SHA-256.

        mark: tells an export from all others. Raises InvalidExportError where something else is in the way.
        """
        ...

    def put(self, path: str, data: FileData) -> None:
        """Keep a whole file. path: with slashes, safe on every operating system."""
        ...

    def finish(self) -> None:
        """All files are put."""
        ...

    def give_up(self) -> None:
        """Some file cannot be put: what is here may be gone on with, or is gone."""
        ...
