"""How much of a mean is luck: images drawn anew, again and again, class by class.

A bootstrap (Davison and Hinkley, "Bootstrap Methods and their Application", 1997, chapter 2): as many images as there
are, with replacement. How many of each class that gives is drawn first, then the values within each class, which is the
same chance and keeps classes apart. The seed is fixed, so that the same images always say the same.

Ranges are taken as much wider as Student's quantile demands of few images (Hesterberg, The American Statistician 69,
2015).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtrit

CONFIDENCE = 0.9
"""Of the ranges: so likely the true figure lies within."""
DRAWS = 2000
FEWEST_DRAWS = 500
MOST_VALUES = 50_000_000
"""Drawn in all: with more images, fewer draws."""
SEED = 0
AT_ONCE = 2**21
"""Values in memory at a time."""

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def redrawn(values: Sequence[Floats]) -> tuple[Counts, Floats]:
    """How many images of each class each draw has, and the sum of their values: draws x classes.

    values: of the images of each class, some classes perhaps without any; two images or more together.
    """
    rng = np.random.default_rng(SEED)
    sizes = np.array([len(group) for group in values])
    images = int(sizes.sum())
    draws = max(FEWEST_DRAWS, min(DRAWS, MOST_VALUES // images))
    counts = rng.multinomial(images, sizes / images, size=draws)
    sums = np.zeros(counts.shape)
    rows = max(1, AT_ONCE // images)
    for start in range(0, draws, rows):
        for place, group in enumerate(values):
            some = counts[start : start + rows, place]
            ends = np.cumsum(some)
            if ends[-1]:
                drawn = group[rng.integers(0, len(group), ends[-1], dtype=np.uint32)]
                before = np.append(drawn, 0.0)  # a draw without the class begins where the values end
                sums[start : start + rows, place] = np.where(some > 0, np.add.reduceat(before, ends - some), 0.0)
    return counts, sums


def price_draws(draws: int, classes: int) -> Floats:
    """Where between its lower and its upper price each class lies: draws x classes, uniform in [0, 1).

    A class has one price in a draw: that of the vendor, for all images.
    """
    return np.random.default_rng((SEED, 1)).random((draws, classes))


def range_of(drawn: Floats, value: float, *, images: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The middle of `drawn`, widened for few images (two or more), with `value` in it."""
    student = float(stdtrit(images - 1, (1 + confidence) / 2))
    tail = float(ndtr(-student * np.sqrt(images / (images - 1))))
    low, high = np.quantile(drawn, (tail, 1 - tail))
    return min(float(low), value), max(float(high), value)
