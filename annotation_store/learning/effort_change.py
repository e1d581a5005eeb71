"""How much of a change of effort is luck: two groups of images that are not the same ones, by their mean efforts.

A few images make most of the work, so a mean over few of them jumps by chance. Two things are asked, both by shuffling
with a fixed seed, so that the same efforts always say the same:

- *Could it be chance?* All images are dealt out to two groups of these sizes at random, and it is counted how often the
  means differ as much (a permutation test; Good, "Permutation Tests", 2000). However uneven efforts are, what is no
  change passes for one as rarely as was asked for.
- *How large is it?* Both groups are drawn anew with replacement, and the middle of the ratios is the interval (Davison
  and Hinkley, "Bootstrap Methods and their Application", 1997, section 3.2), taken as much wider as Student's quantile
  demands of small groups (Hesterberg, The American Statistician 69, 2015).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtrit

NOTHING = 1e-9
"""A mean below this is none: a share of it would be no figure."""
SHUFFLES = 4000
SEED = 0
AT_ONCE = 2**21
"""Values in memory at a time."""

Efforts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EffortChange:
    """The means before and after, and the relative change with its interval: 0.25 is a quarter more.

    is_less, is_more: beyond chance, at the asked confidence, each by itself.
    """

    before: float
    after: float
    relative: float
    low: float
    high: float
    is_less: bool
    is_more: bool


def effort_change(before: Sequence[float], after: Sequence[float], *, confidence: float) -> EffortChange:
    """From one group of efforts to another, two or more each, never negative.

    confidence: of the interval from low to high, in (0, 1). Half of the rest is how often no change at all passes for
    less, and as often for more.
    """
    old, new = (np.asarray(group, np.float64) for group in (before, after))
    tail = _tail(confidence, images=min(len(old), len(new)))
    low, high = np.quantile(_redrawn_changes(old, new), (tail, 1 - tail))
    as_low, as_high = _chances(old, new)
    level = (1 - confidence) / 2
    return EffortChange(
        before=float(old.mean()),
        after=float(new.mean()),
        relative=float(_relative(old.mean(), new.mean())),
        low=float(low),
        high=float(high),
        is_less=bool(as_low <= level and high < 0),
        is_more=bool(as_high <= level and low > 0),
    )


def _chances(old: Efforts, new: Efforts) -> tuple[float, float]:
    """How often a group as large as `new`, dealt out of both, has no more in sum, and no less."""
    rng, pool = np.random.default_rng((SEED, 0)), np.concatenate([old, new])
    total, near = new.sum(), 1e-9 * pool.sum()  # sums in another order differ in their last digits
    lower = higher = 1  # the groups as they are, which are one way to deal
    for rows in _chunks(len(pool)):
        dealt = rng.permuted(np.tile(pool, (rows, 1)), axis=1)[:, : len(new)].sum(1)
        lower += int(np.count_nonzero(dealt <= total + near))
        higher += int(np.count_nonzero(dealt >= total - near))
    return lower / (SHUFFLES + 1), higher / (SHUFFLES + 1)


def _redrawn_changes(old: Efforts, new: Efforts) -> Efforts:
    rng = np.random.default_rng((SEED, 1))
    changes = []
    for rows in _chunks(len(old) + len(new)):
        means = [group[rng.integers(0, len(group), (rows, len(group)))].mean(1) for group in (old, new)]
        changes.append(_relative(*means))
    return np.concatenate(changes)


def _relative(old: Efforts, new: Efforts) -> Efforts:
    change: Efforts = (new - old) / np.maximum(old, NOTHING)
    return change


def _chunks(columns: int) -> Iterator[int]:
    most = max(1, AT_ONCE // columns)
    yield from (min(most, SHUFFLES - done) for done in range(0, SHUFFLES, most))


def _tail(confidence: float, *, images: int) -> float:
    """Which share of the redrawn changes lies beyond either end."""
    student = float(stdtrit(images - 1, (1 + confidence) / 2))
    return float(ndtr(-student * np.sqrt(images / (images - 1))))
