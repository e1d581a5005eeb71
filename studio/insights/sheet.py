"""What a view shows: a few large figures, each with its range and its formula, and tables, some of them drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from annotation_store import clock
from annotation_store.errors import NotFoundError
from studio.charts import Chart
from studio.i18n import Words
from studio.insights.asking import Topic
from studio.tables import Cell, Column, Table, write


class Range(StrEnum):
    """Between which two values what lies. IMAGES: four of five images (10th to 90th percentile). CHANCE: the figure
    itself, with a chance of nine in ten."""

    IMAGES = "images"
    CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Tile:
    """A large figure. column: its name and how it is written. value: None where too little is known. formula: how it
    comes about, in words, with the numbers that go into it."""

    column: Column
    value: Cell
    formula: str
    low: float | None = None
    high: float | None = None
    range: Range = Range.CHANCE

    @property
    def key(self) -> str:
        return self.column.key

    def written(self, words: Words) -> str:
        return write(self.value, self.column, words)

    def range_written(self, words: Words) -> str:
        """Empty where there is none."""
        if self.value is None or self.low is None or self.high is None:
            return ""
        low, high = (write(value, self.column, words) for value in (self.low, self.high))
        return words(f"range_{self.range.value}", low=low, high=high)

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.column.title,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "range": self.range.value if self.low is not None else None,
            "form": self.column.form.value,
            "unit": self.column.unit,
            "formula": self.formula,
        }


@dataclass(frozen=True, slots=True)
class Sheet:
    """images: of which this tells. charts: each drawn from some columns of a table of `tables`, by its key. notes:
    sentences that belong to the figures: what is missing in them, or not shown. as_of: of when they are."""

    topic: Topic
    images: int
    tiles: tuple[Tile, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    as_of: datetime = field(default_factory=clock.utc_now)

    def table(self, key: str | None) -> Table:
        """None: the first. Raises NotFoundError, which tells what there is."""
        if key is None:
            return self.tables[0]
        found = {table.key: table for table in self.tables}
        if key not in found:
            raise NotFoundError(f"There is no table “{key}” here: choose one of {', '.join(found)}.")
        return found[key]

    def as_json(self) -> dict[str, Any]:
        return {
            "topic": self.topic.value,
            "as_of": self.as_of,
            "images": self.images,
            "figures": [tile.as_json() for tile in self.tiles],
            "tables": [table_json(table) for table in self.tables],
            "notes": list(self.notes),
        }


def table_json(table: Table) -> Mapping[str, Any]:
    """Values as they are: seconds in seconds, shares from 0 to 1."""
    return {
        "key": table.key,
        "columns": [
            {"key": each.key, "title": each.title, "form": each.form.value, "unit": each.unit} for each in table.head
        ],
        "rows": [list(row) for row in table.rows],
    }
