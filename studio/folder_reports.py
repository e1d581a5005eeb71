"""``report.csv`` in a folder that people look into: a line for each file and what became of it, as Excel reads it."""

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path

import structlog

from annotation_store.clock import utc_now

log = structlog.get_logger()

REPORT = "report.csv"
HEADER = ("time", "file", "outcome", "image", "reason")
MOST_HELD = 10_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"
"""By which Excel knows UTF-8."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """file: its path below the folder. outcome: in a word or two. image: its number, where it is one."""

    file: str
    outcome: str
    image: int | None = None
    reason: str = ""


class FolderReport:
    """The report of one folder. Lines that cannot be written, as a spreadsheet holds the file, are written later."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / REPORT
        self._held: list[tuple[str, ...]] = []

    def add(self, line: ReportLine) -> None:
        """Never raises."""
        number = "" if line.image is None else str(line.image)
        moment = utc_now().isoformat(timespec="seconds")
        self._held.append((moment, harmless(line.file), line.outcome, number, harmless(line.reason)))
        del self._held[:-MOST_HELD]
        try:
            self._write()
        except OSError as error:
            log.warning("a line of the report waits", file=str(self._path), reason=error.strerror)

    def _write(self) -> None:
        """All that is held, by one call that appends: lines of two writers never mix."""
        text = io.StringIO(newline="")
        rows = csv.writer(text)
        if not self._path.exists() or self._path.stat().st_size == 0:
            text.write(_BOM)
            rows.writerow(HEADER)
        rows.writerows(self._held)
        with self._path.open("ab", buffering=0) as file:
            file.write(text.getvalue().encode())
            os.fsync(file.fileno())
        self._held.clear()


def harmless(cell: str) -> str:
    """`cell` as a text that no spreadsheet takes for a formula: names of files come from anybody."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
