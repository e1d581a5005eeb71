"""What a replayed studio did week by week, kept as it comes, and what the weeks say together."""

import json
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from training.experiments.results import Spread, spread_of
from training.experiments.studio_replay import Work
from training.operator.causes import Causes

PERCENT = 100


class Arm(StrEnum):
    """How the studio gets its drafts."""

    OFF = "off"  # from what comes with the program, for good
    START = "start"  # so, but by the learned drafter as it is before any studio has taught it
    ON = "on"  # with a retraining at the end of each week


@dataclass(frozen=True, slots=True)
class Week:
    """seed: of the studio's fortunes. week: from 1. plan: a digest of all else that decides what happens."""

    plan: str
    seed: int
    arm: Arm
    week: int


@dataclass(frozen=True, slots=True)
class WeekRow:
    """What a week was. drafter, model: that made its drafts. verdicts: of the retraining at its end, which took
    retraining_seconds."""

    of: Week
    works: tuple[Work, ...]
    drafter: str
    model: str
    verdicts: tuple[str, ...]
    retraining_seconds: float
    machine: str

    @property
    def figures(self) -> dict[str, float]:
        """Means over the photos: strokes; painted_area, in percent of the photo; sad of the drafts, in thousands;
        left of it after the correction; and seconds."""
        return {
            "strokes": statistics.fmean(work.strokes for work in self.works),
            "painted_area": PERCENT * statistics.fmean(work.painted_area for work in self.works),
            "sad": statistics.fmean(work.sad for work in self.works),
            "left": statistics.fmean(work.left for work in self.works),
            "seconds": statistics.fmean(work.seconds for work in self.works),
        }

    @property
    def causes(self) -> dict[str, float]:
        """What the painted area consists of: means over the photos, in percent of the photo."""
        names = asdict(self.works[0].causes)
        return {name: PERCENT * statistics.fmean(getattr(work.causes, name) for work in self.works) for name in names}


class WeekRows:
    """JSON lines in a file that is only appended to, so that an interrupted replay goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8") if path.is_file() else ""
        whole, _, torn = text.rpartition("\n")
        if torn:  # killed within a line: that week is lived again
            path.write_text(whole + "\n" if whole else "", "utf-8")
        self._rows = {row.of: row for row in map(_row, whole.splitlines())}

    def __contains__(self, of: Week) -> bool:
        return of in self._rows

    def __iter__(self) -> Iterator[WeekRow]:
        return iter(self._rows.values())

    def add(self, row: WeekRow) -> None:
        self._rows[row.of] = row
        means = {name: round(value, 3) for name, value in row.figures.items()}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**asdict(row.of), **means, **_without(asdict(row), "of")}) + "\n")


@dataclass(frozen=True, slots=True)
class Course:
    """How the weeks of all finished seeds went."""

    weeks: int
    rows: Sequence[WeekRow]

    @staticmethod
    def of(rows: Iterable[WeekRow], *, plan: str, weeks: int) -> "Course":
        """Of one plan, and of seeds that have lived all weeks in all arms."""
        mine = [row for row in rows if row.of.plan == plan]
        seeds = {row.of.seed for row in mine}
        whole = {seed for seed in seeds if sum(row.of.seed == seed for row in mine) == len(Arm) * weeks}
        return Course(weeks, [row for row in mine if row.of.seed in whole])

    @property
    def seeds(self) -> list[int]:
        return sorted({row.of.seed for row in self.rows})

    @property
    def machines(self) -> list[str]:
        return sorted({row.machine for row in self.rows})

    def values(self, arm: Arm, week: int, figure: str) -> list[float]:
        """One for each seed, in their order."""
        found = [row for row in self.rows if (row.of.arm, row.of.week) == (arm, week)]
        return [row.figures[figure] for row in sorted(found, key=lambda row: row.of.seed)]

    def spreads(self, arm: Arm, figure: str) -> list[Spread]:
        """Over the seeds, week by week."""
        return [spread_of(self.values(arm, week, figure)) for week in range(1, self.weeks + 1)]

    def reductions(self, figure: str, arm: Arm = Arm.ON) -> list[float]:
        """How much less an arm leaves in the last week than without retraining, a share for each seed."""
        pairs = zip(*(self.values(each, self.weeks, figure) for each in (arm, Arm.OFF)), strict=True)
        return [1 - less / off if off else 0.0 for less, off in pairs]

    def causes(self, arm: Arm, week: int) -> dict[str, float]:
        """What the painted area consists of, mean over the seeds, in percent of the photo."""
        found = [row.causes for row in self.rows if (row.of.arm, row.of.week) == (arm, week)]
        return {name: statistics.fmean(causes[name] for causes in found) for name in found[0]}


def _row(line: str) -> WeekRow:
    fields: Mapping[str, Any] = json.loads(line)
    works = (Work(**{**work, "causes": Causes(**work["causes"])}) for work in fields["works"])
    return WeekRow(
        of=Week(fields["plan"], fields["seed"], Arm(fields["arm"]), fields["week"]),
        works=tuple(works),
        drafter=fields["drafter"],
        model=fields["model"],
        verdicts=tuple(fields["verdicts"]),
        retraining_seconds=fields["retraining_seconds"],
        machine=fields["machine"],
    )


def _without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}
