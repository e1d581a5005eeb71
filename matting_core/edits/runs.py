"""Where a round, hard-edged brush paints along a polyline, as runs of pixels: by the rule of `stroke.py`, exactly.

What the brush covers is a disc around each point and a straight band along each segment. Both are convex, so of a row
they cover one run of pixels each, and only its two ends are looked for: for all rows of many discs and bands at once.
With p = centre - A and d = B - A, all in integers, a disc is |p_x| <= isqrt(radius^2 - p_y^2), and a band is
0 < p.d < |d|^2 with |p x d| <= isqrt(radius^2 |d|^2): bounds of expressions that are linear in the column.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matting_core.box import Box
from matting_core.edits.quarters import CENTRE, QUARTERS, Point

Integers = npt.NDArray[np.int64]

Runs = npt.NDArray[np.int64]
"""Nx3: row, first column, and the column behind the last; from top to bottom, and no pixel twice."""

AT_ONCE = 1 << 16
"""Rows of discs and bands that are worked on together, about: a long stroke of a wide brush needs no more memory."""

FAR = 1 << 40
"""Beyond any column."""


def brush_runs(points: Sequence[Point], radii: Sequence[int], *, whole: Box) -> Iterator[Runs]:
    """The pixels of `whole`, an image's box, that the brush covers; what comes later may cover some of them again.

    radii: as many as points; a segment is drawn with the radius at its end.
    """
    ends, radius = np.array(points, np.int64), np.array(radii, np.int64)
    if len(ends) > 1:
        radius[0] = radius[1]
    widest = np.maximum(radius, np.append(radius[1:], 0))  # a point's disc belongs to the segments on both sides
    climb = np.abs(np.diff(ends[:, 1], prepend=ends[0, 1]))
    parts = np.cumsum((climb + 4 * widest) // QUARTERS) // AT_ONCE
    for start, end in pairwise([0, *(np.flatnonzero(np.diff(parts)) + 1).tolist(), len(ends)]):
        discs = _discs(ends[start:end], widest[start:end], whole)
        first = max(start, 1)
        bands = _bands(ends[first - 1 : end - 1], ends[first:end], radius[first:end], whole)
        runs = _merged(np.concatenate([discs, bands], axis=1), whole)
        if len(runs):
            yield runs


def box_of(runs: Runs) -> Box:
    """The smallest box around `runs`, of which there is at least one."""
    return Box(int(runs[:, 1].min()), int(runs[0, 0]), int(runs[:, 2].max()), int(runs[-1, 0]) + 1)


def _discs(centres: Integers, radius: Integers, whole: Box) -> Integers:
    """3xN: row, first column and the column behind the last; no pixels where that is not greater."""
    x, y = centres.T
    of, row = _rows(y, y, radius, whole)
    half = _root(radius[of] ** 2 - (row * QUARTERS + CENTRE - y[of]) ** 2)
    x = x[of] - CENTRE
    return np.stack([row, -((half - x) // QUARTERS), (half + x) // QUARTERS + 1])


def _bands(a: Integers, b: Integers, radius: Integers, whole: Box) -> Integers:
    """As `_discs`, from `a` to `b`."""
    d = b - a
    length2 = (d**2).sum(axis=1)
    width = _root(radius**2 * length2)
    of, row = _rows(a[:, 1], b[:, 1], radius, whole)
    (dx, dy), length2, width = d[of].T, length2[of], width[of]
    px, py = CENTRE - a[of, 0], row * QUARTERS + CENTRE - a[of, 1]  # of column 0
    along = _between(1, QUARTERS * dx, px * dx + py * dy, length2 - 1)
    across = _between(-width, QUARTERS * dy, px * dy - py * dx, width)
    return np.stack([row, np.maximum(along[0], across[0]), np.minimum(along[1], across[1])])


def _rows(ay: Integers, by: Integers, radius: Integers, whole: Box) -> tuple[Integers, Integers]:
    """Every row of `whole` whose centre lies within `radius` of a span of heights: the span's index, and the row."""
    top = np.maximum(whole.top, (np.minimum(ay, by) - radius + 1) // QUARTERS)
    count = np.maximum(0, np.minimum(whole.bottom, (np.maximum(ay, by) + radius - CENTRE) // QUARTERS + 1) - top)
    of = np.repeat(np.arange(len(top)), count)
    return of, np.arange(len(of)) - (np.cumsum(count) - count - top)[of]


def _between(low: Integers | int, slope: Integers, offset: Integers, high: Integers) -> tuple[Integers, Integers]:
    """The columns c with low <= slope c + offset <= high: the first, and the one behind the last."""
    falls, level = slope < 0, slope == 0
    low, high = np.where(falls, -high, low), np.where(falls, -low, high)
    offset, step = np.where(falls, -offset, offset), np.abs(slope) + level
    first = np.where(level, np.where((low <= offset) & (offset <= high), -FAR, FAR), -((offset - low) // step))
    return first, np.where(level, FAR, (high - offset) // step + 1)


def _root(squares: Integers) -> Integers:
    """Square roots, rounded down; exact below 2^52, where a double's root never reaches the next integer."""
    roots: Integers = np.sqrt(squares.astype(np.float64)).astype(np.int64)
    return roots


def _merged(runs: Integers, whole: Box) -> Runs:
    """What all of `runs` cover in `whole`."""
    stride = whole.right + 1  # so that the end of one row is not the beginning of the next
    row, first, end = runs
    first, end = np.maximum(first, 0), np.minimum(end, whole.right)
    is_any = first < end
    starts, stops = (row * stride + first)[is_any], (row * stride + end)[is_any]
    order = np.argsort(starts)
    starts, stops = starts[order], np.maximum.accumulate(stops[order])
    opens = np.append(True, starts[1:] > stops[:-1])[: len(starts)]
    closes = np.append(opens[1:], True)[: len(starts)]
    starts, stops = starts[opens], stops[closes]
    row = starts // stride
    return np.stack([row, starts - row * stride, stops - row * stride], axis=1)
