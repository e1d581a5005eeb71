"""The ledger of an export: whose it is, and what of it is there, so that it can go on where it was broken off.

It lies beside the files, as JSON Lines: the mark of the export, then a line for each file.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

LEDGER = ".matteloop-export.jsonl"
"""Hidden, and of no format: whoever reads the export passes over it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is there. path: below the export. size: in bytes. version: what an object store calls its content."""

    path: str
    sha256: str
    size: int
    version: str | None = None


def mark_line(mark: str) -> bytes:
    """The first line of the export of this mark."""
    return _line({"mark": mark})


def kept_line(kept: Kept) -> bytes:
    """A further line."""
    return _line({name: value for name, value in asdict(kept).items() if value is not None})


def read_ledger(lines: Iterable[bytes], mark: str) -> Iterator[Kept] | None:
    """The files that it tells of, None if it is not of the export of this mark.

    A last line that was torn by a power cut tells of nothing.
    """
    rest = iter(lines)
    if next(rest, b"") != mark_line(mark):
        return None
    return (kept for kept in map(_kept, rest) if kept is not None)


def is_inside(path: str) -> bool:
    """Whether a path leads to below the export. Whoever may write there may have changed its ledger, too."""
    return bool(path) and "\\" not in path and not any(part in ("", ".", "..") for part in path.split("/"))


def _kept(line: bytes) -> Kept | None:
    try:
        kept = Kept(**json.loads(line))
        return kept if isinstance(kept.path, str) and is_inside(kept.path) else None
    except (ValueError, TypeError):
        return None


def _line(values: dict[str, object]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"
