"""How figures lie: their mean, their middle, and where most of them are."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Spread:
    """Of `count` figures, one or more. low, high: a tenth of them lie below and above (the 10th and 90th percentile,
    linear between two figures)."""

    count: int
    mean: float
    median: float
    low: float
    high: float


def spread_of(values: Iterable[float | None]) -> Spread | None:
    """Of those that are known; None if none is."""
    known = np.array([value for value in values if value is not None], np.float64)
    if known.size == 0:
        return None
    low, median, high = np.quantile(known, (0.1, 0.5, 0.9))
    return Spread(count=known.size, mean=float(known.mean()), median=float(median), low=float(low), high=float(high))
