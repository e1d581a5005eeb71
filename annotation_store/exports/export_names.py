"""File names for an export: safe on every operating system, and different from each other."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

LONGEST_STEM = 200
"""Bytes in UTF-8: file systems take 255, and a number and an extension come behind."""

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³"
}


def unique_stems(names: Sequence[str]) -> list[str]:
    """One stem for each photo's name, in the same order; where two would clash, the later gets ``-2`` etc.

    Case does not tell two names apart, since Windows and macOS would not either.
    """
    wanted = [safe_name(PurePosixPath(name).stem) for name in names]
    taken: set[str] = set()
    stems = []
    for stem in wanted:
        candidate, number = stem, 1
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{stem}-{number}"
        taken.add(candidate.casefold())
        stems.append(candidate)
    return stems


def safe_name(text: str) -> str:
    """`text` as the name of a file or a folder, of `LONGEST_STEM` bytes at most, also `without_dots`."""
    name = _cut(_UNSAFE.sub("_", text).strip(" .")).rstrip(" .") or "unnamed"
    device = name.partition(".")[0].rstrip(" ").casefold()  # Windows looks no further than the first dot
    return f"_{name}" if device in _RESERVED else name


def _cut(text: str) -> str:
    """Whole characters from the beginning, each counted with the room that it takes `without_dots`."""
    room = LONGEST_STEM
    for index, character in enumerate(text):
        room -= len(without_dots(character).encode())
        if room < 0:
            return text[:index]
    return text


def without_dots(stem: str) -> str:
    """The stem for who takes a name to end at its first dot: ``a.b`` becomes ``a%2Eb``.

    Different stems stay different, whatever their case, and `urllib.parse.unquote` brings them back.
    """
    return stem.replace("%", "%25").replace(".", "%2E")
