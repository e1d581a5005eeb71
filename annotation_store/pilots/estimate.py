"""A figure of a pilot with the range that chance leaves it.

Ranges come from drawing the photos of each stratum anew, with replacement, one fewer than there are (Rao and Wu,
Journal of the American Statistical Association 83, 1988): drawing as many would make the ranges of strata of two or
three photos far too narrow. They are then taken as much wider as Student's quantile demands of so few photos, as
learning/effort_change.py does. The seed is fixed, so that the same figures always say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtrit

CONFIDENCE = 0.90
"""Of every range."""
DRAWS = 4000
SEED = 0
NOTHING = 1e-9
"""A mean below this is none: a share of it would be no figure."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean, and the 90 % range in which the true one lies; low and high are None where one photo says it all."""

    value: float
    low: float | None
    high: float | None

    @property
    def ends(self) -> tuple[float, float] | None:
        """Of the range, if there is one."""
        return None if self.low is None or self.high is None else (self.low, self.high)


def mean_of(values: Sequence[float]) -> Estimate | None:
    """Of values that are of one stratum; None without any."""
    if not values:
        return None
    group = np.asarray(values, np.float64)
    if len(group) == 1:
        return Estimate(float(group[0]), None, None)
    return ranged(float(group.mean()), redrawn_means(group, np.random.default_rng(SEED)), freedom=len(group) - 1)


def redrawn_means(group: Floats, rng: np.random.Generator) -> Floats:
    """DRAWS means of `group` (two or more values, or rows of values), each over as many but one drawn of them."""
    means: Floats = group[rng.integers(0, len(group), (DRAWS, len(group) - 1))].mean(axis=1)
    return means


def ranged(value: float, redrawn: Floats, *, freedom: float) -> Estimate:
    """`value` with the middle of what was redrawn. freedom: degrees of it, of Student's distribution; 1 and up."""
    student = float(stdtrit(max(1.0, freedom), (1 + CONFIDENCE) / 2))
    tail = float(ndtr(-student))
    low, high = (float(end) for end in np.quantile(redrawn, (tail, 1 - tail)))
    return Estimate(value, min(low, value), max(high, value))
