"""Rows of results, kept as they come, and what they say together."""

import json
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from matting_core.metrics import MatteErrors

METRICS = ("sad", "mse", "grad", "conn")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured. labels: mattes learnt from. step: of fine-tuning; before it, both are 0. plan: a digest of
    all else that decides the errors."""

    network: str
    start: str
    seed: int
    labels: int
    step: int
    trimaps: str
    plan: str


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. seconds: that the fine-tuning had taken."""

    of: Measured
    errors: MatteErrors
    machine: str
    seconds: float = 0.0


class Rows:
    """JSON lines in a file that is only appended to, so that an interrupted experiment goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8") if path.is_file() else ""
        whole, _, torn = text.rpartition("\n")
        if torn:  # killed within a line, which is measured again
            path.write_text(whole + "\n" if whole else "", "utf-8")
        self._rows = {row.of: row for row in map(_row, whole.splitlines())}

    def __contains__(self, of: Measured) -> bool:
        return of in self._rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def add(self, row: Row) -> None:
        self._rows[row.of] = row
        line = asdict(row.of) | asdict(row.errors) | {"seconds": round(row.seconds, 1), "machine": row.machine}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _row(line: str) -> Row:
    fields: dict[str, Any] = json.loads(line)
    errors = MatteErrors(**{metric: fields.pop(metric) for metric in METRICS})
    seconds, machine = fields.pop("seconds"), fields.pop("machine")
    return Row(Measured(**fields), errors, machine, seconds)


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean of some runs, and their sample standard deviation: NaN for a single run, which tells nothing about it."""

    mean: float
    deviation: float
    count: int

    def text(self, digits: int = 2) -> str:
        if math.isnan(self.deviation):
            return f"{self.mean:.{digits}f}"
        return f"{self.mean:.{digits}f} ± {self.deviation:.{digits}f}"


def spread_of(values: Sequence[float]) -> Spread:
    """Raises ValueError without values."""
    if not values:
        raise ValueError("no runs, no mean")
    return Spread(statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else math.nan, len(values))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One spread against another. change: relative, below 0 where errors are lower. clear: whether the means are
    further apart than the two deviations together, sqrt(a^2 + b^2); never with single runs."""

    change: float
    clear: bool

    def text(self) -> str:
        if not self.clear:
            return f"{self.change:+.1%} (within the spread)"
        return f"{self.change:+.1%}"


def compare(spread: Spread, reference: Spread) -> Comparison:
    """Lower is better, for errors."""
    apart = abs(spread.mean - reference.mean)
    return Comparison(spread.mean / reference.mean - 1, apart > math.hypot(spread.deviation, reference.deviation))


def steps_to_reach(course: Sequence[tuple[int, float]], target: float) -> float | None:
    """The step at which errors first are at or below `target`, on straight lines between what was measured.

    course: steps, ascending, with their errors. None if that never happens.
    """
    if course and course[0][1] <= target:
        return float(course[0][0])
    for (before, above), (after, below) in pairwise(course):
        if below <= target:
            return before + (after - before) * (above - target) / (above - below)
    return None


class Table:
    """The rows of one network and plan, by what was measured."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def errors(self, start: str, *, labels: int, step: int, trimaps: str, metric: str = "sad") -> Spread | None:
        """Over the seeds; None where nothing was measured. At step 0 nothing was learnt from any labels."""
        labels = labels if step else 0
        values = [
            float(getattr(row.errors, metric))
            for row in self._rows
            if (row.of.start, row.of.labels, row.of.step, row.of.trimaps) == (start, labels, step, trimaps)
        ]
        return spread_of(values) if values else None

    def course(self, start: str, *, labels: int, trimaps: str, metric: str = "sad") -> list[tuple[int, Spread]]:
        """Errors against steps of fine-tuning."""
        steps = sorted({row.of.step for row in self._rows if row.of.labels in (0, labels)})
        found = ((step, self.errors(start, labels=labels, step=step, trimaps=trimaps, metric=metric)) for step in steps)
        return [(step, spread) for step, spread in found if spread is not None]

    @property
    def machines(self) -> list[str]:
        return sorted({row.machine for row in self._rows})

    @property
    def seeds(self) -> int:
        """At least one run of them is there."""
        return len({row.of.seed for row in self._rows})


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns but the first are flush right."""
    rule = ["---", *("---:" for _ in header[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
