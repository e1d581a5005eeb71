"""How many images a month a studio approves: over these, what a month costs is spread."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

MONTH = timedelta(days=365.25 / 12)
LEAST_PERIOD = timedelta(days=7)
"""A pace is told over a week at least: what is done in one afternoon is not done every afternoon."""


class Approved(Protocol):
    """Anything that was approved at some moment."""

    @property
    def approved_at(self) -> datetime: ...


def months_between(since: datetime, until: datetime) -> float:
    """Months of a period, a week at least."""
    return max(until - since, LEAST_PERIOD) / MONTH


def months_of(lines: Sequence[Approved]) -> float:
    """From the first approval to the last, a week at least. lines: one or more."""
    moments = [line.approved_at for line in lines]
    return months_between(min(moments), max(moments))
