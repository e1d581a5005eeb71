"""Which files in a folder have arrived as a whole: somebody may still be copying the others."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotation_store.file_names import is_noise
from studio.folder_reports import REPORT

TAKEN_IN, DUPLICATES, REJECTED = "taken-in", "duplicates", "rejected"
OWN_FOLDERS = frozenset({TAKEN_IN, DUPLICATES, REJECTED})
UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".!ut", ".opdownload")
SETTLED = 1.0
EMPTY_FOR = 60.0
"""Seconds after which an empty file is one, and not the beginning of another."""


@dataclass(frozen=True, slots=True)
class Mark:
    """By which a file is known to be as it was."""

    size: int
    modified: int  # nanoseconds
    inode: int


class SteadyFiles:
    """The files of a folder and of the folders in it that were the same at two looks. now: seconds since 1970."""

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.time) -> None:
        self._folder, self._now = folder, now
        self._seen: dict[Path, Mark] = {}

    def look(self) -> dict[Path, Mark]:
        """Those that are whole, by their paths in order. Raises OSError if the folder is not there.

        Whole is what had the same size and time at the look before, was not written to for a second, and can be opened.
        Links, hidden files and files that programs name as unfinished are passed over.
        """
        present = {path: mark for path in self._candidates() if (mark := mark_of(path)) is not None}
        steady = {
            path: mark
            for path, mark in sorted(present.items())
            if self._seen.get(path) == mark and self._is_settled(mark) and _opens(path)
        }
        self._seen = present
        return steady

    def _candidates(self) -> list[Path]:
        found: list[Path] = []
        for entry in os.scandir(self._folder):
            if entry.is_file(follow_symlinks=False):
                found.append(Path(entry.path))
            elif entry.is_dir(follow_symlinks=False) and entry.name not in OWN_FOLDERS and not is_noise(entry.name):
                try:
                    found += [Path(each.path) for each in os.scandir(entry) if each.is_file(follow_symlinks=False)]
                except OSError:  # gone or locked meanwhile: the next look tells
                    continue
        return [path for path in found if not _is_unfinished(path.name) and path != self._folder / REPORT]

    def _is_settled(self, mark: Mark) -> bool:
        age = self._now() - mark.modified / 1e9
        return not 0 <= age < (SETTLED if mark.size else EMPTY_FOR)  # a time to come is that of a camera


def mark_of(path: Path) -> Mark | None:
    """None for a file that is not there, or not to be seen."""
    try:
        told = path.stat()
    except OSError:
        return None
    return Mark(told.st_size, told.st_mtime_ns, told.st_ino)


def _is_unfinished(name: str) -> bool:
    return is_noise(name) or name.startswith("~$") or name.lower().endswith(UNFINISHED)


def _opens(path: Path) -> bool:
    """Windows lets nobody read what another program still writes."""
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False
