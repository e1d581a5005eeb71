"""How much of a difference between two models is luck: a paired bootstrap over images, and over parts within them.

The statistic is the relative change of a total over images, sum(candidate) / sum(live) - 1: both models meet the same
images, so what makes an image hard cancels out. Images are drawn with replacement, and of each drawn image its parts
(Davison and Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8). One image alone thus has an
interval, too; it speaks of that image only.

Percentiles of few images are too narrow: their spread lacks a factor sqrt((n - 1) / n), and a normal's quantile stands
where Student's belongs. Hesterberg ("What Teachers Should Know About the Bootstrap", The American Statistician 69,
2015) takes percentiles as far out as makes up for both; with many images they are the usual ones. For one or two images
they are the outermost resamples.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtrit

Sums = npt.NDArray[np.float64]

NOTHING = 1e-9
"""A total below this is none: a share of it would be no figure."""

PARTS_OF_MANY = 32_000
"""How many resamples of parts all images share; with many images, each needs fewer of its own."""
LEAST_PARTS = 250
AT_ONCE = 2**21
"""Values in memory at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class PairedSums:
    """The errors of both models on the parts of one image: parts x measures, never negative, parts add up.

    units: measures, what one image adds to the denominator of the mean.
    """

    live: Sums
    candidate: Sums
    units: Sums


@dataclass(frozen=True, slots=True)
class Change:
    """One measure: the means of both models, and the relative change, with its interval; -0.1 is 10 % lower."""

    live: float
    candidate: float
    relative: float
    low: float
    high: float


class PairedBootstrap:
    """Resamples of a list of images, from which the changes on any of them can be asked."""

    def __init__(
        self, images: Sequence[PairedSums], *, confidence: float = 0.95, resamples: int = 4000, seed: int = 0
    ) -> None:
        """The order of `images` decides what chance does; bring them in one that means something."""
        self._images = images
        self._confidence, self._resamples, self._seed = confidence, resamples, seed
        rng = np.random.default_rng((seed, 0))
        rows = min(resamples, max(LEAST_PARTS, PARTS_OF_MANY // max(len(images), 1)))
        # live and difference, not live and candidate: the difference of two equal models is then exactly 0
        self._parts = [
            _resampled(np.hstack([image.live, image.candidate - image.live]), rows=rows, rng=rng) for image in images
        ]

    def changes(self, which: Sequence[int]) -> tuple[Change, ...]:
        """The change of each measure on the images with these indices, at least one."""
        chosen = [self._images[index] for index in which]
        live, candidate = (
            np.sum([plane.sum(0) for plane in planes], 0)
            for planes in ([image.live for image in chosen], [image.candidate for image in chosen])
        )
        units = np.sum([image.units for image in chosen], 0)
        difference = np.sum([(image.candidate - image.live).sum(0) for image in chosen], 0)
        tail = tail_share(self._confidence, images=len(which))
        low, high = np.quantile(self._resampled_changes(which), (tail, 1 - tail), axis=0)
        figures = (live / units, candidate / units, _relative(live, difference), low, high)
        return tuple(Change(*map(float, row)) for row in zip(*figures, strict=True))

    def _resampled_changes(self, which: Sequence[int]) -> Sums:
        """resamples x measures."""
        rng = np.random.default_rng((self._seed, 1))
        parts = np.stack([self._parts[index] for index in which])
        count, rows, columns = parts.shape
        changes = []
        for size in _chunks(self._resamples, max(1, AT_ONCE // (count * columns))):
            images = rng.integers(0, count, (size, count))
            totals = parts[images, rng.integers(0, rows, (size, count))].sum(1)
            changes.append(_relative(*np.hsplit(totals, 2)))
        return np.concatenate(changes)


def tail_share(confidence: float, *, images: int) -> float:
    """Which share of the resamples lies beyond either bound."""
    if images == 1:
        return 0.0
    student = float(stdtrit(images - 1, (1 + confidence) / 2))
    return float(ndtr(-student * np.sqrt(images / (images - 1))))


def _resampled(parts: Sums, *, rows: int, rng: np.random.Generator) -> Sums:
    """Sums over as many parts as there are, drawn with replacement, `rows` times: rows x columns."""
    count = len(parts)
    if count == 1:
        return parts.repeat(rows, 0)
    sums = []
    for size in _chunks(rows, max(1, AT_ONCE // count)):
        drawn = rng.integers(0, count, (size, count)) + np.arange(size)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count)
        sums.append(times.astype(np.float64) @ parts)
    return np.concatenate(sums)


def _relative(live: Sums, difference: Sums) -> Sums:
    return difference / np.maximum(live, NOTHING)


def _chunks(total: int, size: int) -> list[int]:
    return [min(size, total - start) for start in range(0, total, size)]
