"""Spreads as cells and as large figures."""

from typing import Literal

from annotation_store.insights.spread import Spread
from studio.charts import Chart, Kind
from studio.i18n import Words
from studio.insights.columns import column
from studio.insights.sheet import Range, Tile
from studio.tables import Column, Form, Table, write

_SECONDS = Column("", "", Form.SECONDS)


def of(spread: Spread | None, part: Literal["mean", "median", "low", "high"]) -> float | None:
    """None where there is no spread."""
    return None if spread is None else float(getattr(spread, part))


def mean_tile(name: str, spread: Spread | None, words: Words) -> Tile:
    """The mean over images, and between which two values four of five of them lie."""
    named = column(name, words)
    if spread is None:
        return Tile(named, None, words("formula_mean_of_none"))
    total, median = (write(value, named, words) for value in (spread.mean * spread.count, spread.median))
    told = words("formula_mean", total=total, count=f"{spread.count:,}", median=median)
    few = spread.count == 1  # of one, there is nothing between
    return Tile(named, spread.mean, told, None if few else spread.low, None if few else spread.high, range=Range.IMAGES)


def spread_chart(
    title: str, kind: Kind, table: Table, counted: str, spread: tuple[str, str, str], between: Range
) -> Chart:
    """Of the table's first column: a value with the range around it, of how many images it is, and what the range is.

    spread: keys of value, low and high.
    """
    by, words = table.head[0].key, table.words
    value, low, high = spread
    note = words(f"range_note_{between.value}")
    return Chart(title, kind, table.only(by, counted, *spread), by, value, low, high, note=note)


def sum_of(seconds: float, words: Words) -> str:
    return write(seconds, _SECONDS, words)
