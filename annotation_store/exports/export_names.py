"""File names for an export: safe on every operating system, and different from each other."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}


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
    """`text` as the name of a file or a folder."""
    name = _UNSAFE.sub("_", text).strip(" .") or "unnamed"
    return f"_{name}" if name.casefold() in _RESERVED else name


def without_dots(stem: str) -> str:
    """The stem for who takes a name to end at its first dot: ``a.b`` becomes ``a%2Eb``.

    Different stems stay different, whatever their case, and `urllib.parse.unquote` brings them back.
    """
    return stem.replace("%", "%25").replace(".", "%2E")
