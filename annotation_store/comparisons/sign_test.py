"""Is it more than chance? The sign test: of those who preferred one of two, how many preferred the first.

Ties say nothing about which is better and are left out (Dixon and Mood, JASA 41, 1946). What remains is a coin if there
is no difference: the p-value is that of the exact two-sided binomial test, the range of the share that of Clopper and
Pearson (Biometrika 26, 1934), which is wide rather than narrow.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from annotation_store.kinds import Choice

RANGE = 0.9
"""How often a range like this holds the true share, at least."""


@dataclass(frozen=True, slots=True)
class SignTest:
    """first, second, neither: how often each was chosen. share: of the first among those that are no ties, with its
    range from low to high. p_value: how often chance alone comes to so uneven a result. None while there are only ties.
    """

    first: int
    second: int
    neither: int
    share: float | None
    low: float | None
    high: float | None
    p_value: float | None

    @property
    def preferred(self) -> int:
        """How many preferred one of the two."""
        return self.first + self.second


def sign_test(choices: Iterable[Choice]) -> SignTest:
    """The test of choices that do not depend on each other."""
    from scipy.stats import binomtest  # takes a second, and is needed where somebody reads results

    counts = Counter(choices)
    first, second, neither = (counts[each] for each in (Choice.FIRST, Choice.SECOND, Choice.NEITHER))
    if first + second == 0:
        return SignTest(first, second, neither, None, None, None, None)
    found = binomtest(first, first + second)
    bounds = found.proportion_ci(confidence_level=RANGE, method="exact")
    share = first / (first + second)
    return SignTest(first, second, neither, share, float(bounds.low), float(bounds.high), float(found.pvalue))


def majority(choices: Iterable[Choice]) -> Choice:
    """What most people chose of one pair; where two choices are made equally often, neither."""
    counts = Counter(choices)
    most = max(counts.values(), default=0)
    winners = [choice for choice, count in counts.items() if count == most]
    return winners[0] if len(winners) == 1 else Choice.NEITHER
