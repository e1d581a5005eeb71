"""Zips from which files are read one by one: however many there are, only a few are open at a time."""

import zipfile
from pathlib import Path

from annotation_store.archives import open_zip

MOST_OPEN = 8
"""A system lets a program open some hundred files. Whoever reads goes from zip to zip, so that few are opened twice."""


class OpenZips:
    """The zips that were read from last."""

    def __init__(self) -> None:
        self._open: dict[Path, zipfile.ZipFile] = {}  # what was asked for last comes last

    def at(self, file: Path) -> zipfile.ZipFile:
        """The zip, open until others have been asked for. Raises UnreadableZipError."""
        if (archive := self._open.pop(file, None)) is None:
            if len(self._open) >= MOST_OPEN:
                self._open.pop(next(iter(self._open))).close()
            archive = open_zip(file)
        self._open[file] = archive
        return archive

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()
