"""Whether figures that came in lately are unlike those before: beyond chance, by more than a trifle, and by more than
they ever were.

The distance is Kolmogorov and Smirnov's: the most by which the shares below any value differ, 0 to 1. Three things must
be so before it counts:

- It is *beyond chance*, by their two-sample test. One looks again and again, and at several figures: the first look may
  be wrong by chance with half of ALPHA, the next with a sixth, a twelfth, ... (1/k - 1/(k+1)), shared by the figures
  (Bonferroni), so that all looks for ever are wrong with ALPHA at most, if photos come independently of each other.
- It is *no trifle*: LEAST_DISTANCE or more. With enough photos, any difference is beyond chance.
- It is *more than usual*. Photos come in lots, and each lot differs from what was before. So every earlier stretch is
  compared with what came before that, too, and MARGIN is added to the farthest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LATELY = 100
"""Figures that are compared with those before them."""
STEP = 25
"""So many new ones come in between two looks."""
LEAST_BEFORE = 400
"""Four stretches: with fewer, one cannot know what is usual."""
MOST_BEFORE = 5000
"""What lies longer ago is no measure for today, and would only be slow."""
ALPHA = 0.05
LEAST_DISTANCE = 0.25
MARGIN = 0.15

Figures = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unlikeness:
    """before, lately: medians. distance: between the two, 0 to 1. p_value: how often chance alone makes as much of it.
    limit: the distance from which it is no trifle and more than usual."""

    before: float
    lately: float
    distance: float
    p_value: float
    limit: float

    def is_beyond(self, level: float) -> bool:
        """Whether it counts, where chance may be wrong with `level`."""
        return self.distance >= self.limit and self.p_value <= level

    @property
    def is_over(self) -> bool:
        """Whether it is as it usually was. Between this and the limit nothing is said, lest it go to and fro."""
        return self.distance < self.limit - MARGIN


def unlikeness(before: Figures, lately: Figures) -> Unlikeness:
    """Of two stretches, float64, oldest first: LEAST_BEFORE figures or more, and LATELY."""
    from scipy.stats import ks_2samp  # takes seconds, and is needed once an hour

    test = ks_2samp(before, lately, method="asymp")
    return Unlikeness(
        before=float(np.median(before)),
        lately=float(np.median(lately)),
        distance=float(test.statistic),
        p_value=float(test.pvalue),
        limit=max(LEAST_DISTANCE, max(_usual_distances(before)) + MARGIN),
    )


def number_of_looks(count: int) -> int:
    """How often one has looked by the time that there are `count` figures, this look included; 0 is too early."""
    return max(0, (count - LEAST_BEFORE - LATELY) // STEP + 1)


def level_of_look(look: int, *, figures: int) -> float:
    """With which chance the `look`-th one, from 1 on, may be wrong about one of so many figures."""
    return ALPHA / (look * (look + 1)) / figures


def _usual_distances(before: Figures) -> Iterator[float]:
    """Of each earlier stretch of LATELY figures from what was before it, which is as much or more."""
    values, places = np.unique(before, return_inverse=True)
    earlier = np.bincount(places[:LATELY], minlength=len(values))
    for start in range(LATELY, len(before) - LATELY + 1, STEP):
        stretch = np.bincount(places[start : start + LATELY], minlength=len(values))
        yield float(np.abs(np.cumsum(earlier) / start - np.cumsum(stretch) / LATELY).max())
        earlier += np.bincount(places[start : start + STEP], minlength=len(values))
