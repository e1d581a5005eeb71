"""Figures with their range and their formula, so that whoever sees an amount can calculate it again.

A formula is a sentence of the screen's texts (`formula_` and its key, in every language) and the numbers that go into
it. Numbers are written alike in all languages.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from annotation_store.money.currencies import MINUS, Currency, written


class Unit(StrEnum):
    """Of a number that is no amount of money."""

    SHARE = "share"  # of 1
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    MONTHS = "months"
    IMAGES = "images"
    WATTS = "watts"
    KILOWATT_HOURS = "kilowatt_hours"
    TIMES = "times"  # as much or as fast


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; ``str`` writes it for people."""

    value: float
    unit: Currency | Unit

    def __str__(self) -> str:
        if isinstance(self.unit, Currency):
            return written(self.value, self.unit)
        match self.unit:
            case Unit.SHARE:
                return f"{100 * self.value:,.{1 if abs(self.value) < 0.1 else 0}f} %".replace("-", MINUS)
            case Unit.SECONDS:
                return f"{_digits(self.value)} s"
            case Unit.MINUTES:
                return f"{_digits(self.value)} min"
            case Unit.HOURS:
                return f"{_digits(self.value)} h"
            case Unit.WATTS:
                return f"{_digits(self.value)} W"
            case Unit.KILOWATT_HOURS:
                return f"{_digits(self.value)} kWh"
            case Unit.MONTHS | Unit.IMAGES | Unit.TIMES:
                return _digits(self.value)


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure comes about. key: of the texts, without the ``formula_`` before it. values: what goes into it."""

    key: str
    values: Mapping[str, Quantity] = field(default_factory=dict)

    @property
    def text_key(self) -> str:
        """Under which the texts of the screen have it."""
        return f"formula_{self.key}"

    def put_into(self, text: str) -> str:
        """The formula in words: `text` is that of `text_key`, in any language."""
        return text.format(**{name: str(quantity) for name, quantity in self.values.items()})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, between which two it lies with a chance of nine in ten, and how it comes about.

    value: None where too little is known. low, high: None where no range can be told, as of a single image; else
    low <= value <= high.
    """

    value: float | None
    low: float | None
    high: float | None
    unit: Currency | Unit
    formula: Formula

    def as_json(self) -> dict[str, Any]:
        """What `from_json` takes."""
        told: dict[str, Any] = _FIGURE.dump_python(self, mode="json")
        return told

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "Figure":
        """Raises pydantic's ValidationError."""
        return _FIGURE.validate_python(values)

    @property
    def quantity(self) -> Quantity | None:
        """The value with its unit."""
        return None if self.value is None else Quantity(self.value, self.unit)

    def written(self) -> str:
        """``$0.61``; ``-`` where it is not known."""
        return "-" if self.value is None else str(self.quantity)

    def range_written(self) -> str:
        """``$0.52 – $0.71``; empty where there is none."""
        if self.low is None or self.high is None:
            return ""
        return f"{Quantity(self.low, self.unit)} – {Quantity(self.high, self.unit)}"


_FIGURE: TypeAdapter[Figure] = TypeAdapter(Figure)

UNKNOWN = Formula("unknown")
"""Of a figure about which too little is known: no numbers, but words."""


def figure(
    key: str,
    value: float | None,
    unit: Currency | Unit,
    told: Mapping[str, Quantity | None] | None = None,
    *,
    ends: tuple[float, float] | None = None,
) -> Figure:
    """A figure with its formula, whose `result` is the value itself. told: what else goes into it; what is None there
    leaves the figure unknown. ends: low and high."""
    parts = told or {}
    known = {name: quantity for name, quantity in parts.items() if quantity is not None}
    if value is None or len(known) < len(parts):
        return Figure(None, None, None, unit, UNKNOWN)
    low, high = ends or (None, None)
    return Figure(value, low, high, unit, Formula(key, {**known, "result": Quantity(value, unit)}))


def _digits(value: float) -> str:
    """Three digits at least, and no more decimals than they need."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}".replace("-", MINUS)
    return text.rstrip("0").rstrip(".") if decimals else text
