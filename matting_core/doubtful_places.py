"""The places of a matte that deserve a look, worst first, as a person walks from one to the next.

A doubtful edge runs around a whole subject, so the connected parts of a map of doubt are no places. A place is what
fits into a view instead: a window of a sixteenth of the photo's longer side, laid where it holds the most doubt, then
the next one that does not touch it, and so on.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats, Mask, check_alpha
from matting_core.box import Box

Doubles = npt.NDArray[np.float64]

CELLS = 128
"""Cells along the longer side: places begin and end at their borders."""
WINDOW = 8
"""Cells along the side of the largest place."""
NOTICED = 0.04
"""Expected error that a person may notice; every edge has a little, and what is below counts for nothing."""
WORTH = 0.1
"""A place with less than this share of the worst one's doubt is not worth the walk."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to look. x, y: column and row of its middle, inside `box`. doubt: sum of what is doubted in the box,
    in pixels whose alpha is wholly wrong."""

    x: int
    y: int
    box: Box
    doubt: float


def doubtful_places(doubt: Floats, *, count: int = 20) -> tuple[Place, ...]:
    """At most `count` places whose boxes do not overlap, worst first; none where nothing is doubtful.

    doubt: float32, HxW, [0, 1], the expected error of each pixel, as `matting_core.doubt.doubt` gives it. Only what
    exceeds `NOTICED` counts. A box is at most a sixteenth of the longer side in width and height, plus a cell's
    rounding. Deterministic. Raises InvalidArrayError if the map breaks its contract.
    """
    check_alpha(doubt)  # the same contract
    cell = math.ceil(max(doubt.shape) / CELLS)
    sums = _cell_sums(np.where(doubt > NOTICED, doubt, np.float32(0)), cell)
    free = np.ones(sums.shape, np.bool_)
    places: list[Place] = []
    while len(places) < count:
        window = _worst_window(sums, free)
        if window is None:
            break
        held = sums[window.slices]
        worth = float(held.sum(dtype=np.float64))
        if places and worth < WORTH * places[0].doubt:
            break
        tight = Box.around(held > 0).moved(window.left, window.top)
        free[tight.slices] = False
        places.append(_place(tight, sums, cell, doubt.shape, worth))
    return tuple(places)


def _cell_sums(doubt: Floats, cell: int) -> Floats:
    """The sum over every cell, the last ones cut by the photo's edge: float32, rounded up."""
    height, width = doubt.shape
    padded = np.pad(doubt, ((0, -height % cell), (0, -width % cell)))
    size = (padded.shape[1] // cell, padded.shape[0] // cell)
    means: Floats = cv2.resize(padded, size, interpolation=cv2.INTER_AREA)
    return means * np.float32(cell * cell)


def _worst_window(sums: Floats, free: Mask) -> Box | None:
    """The window of free cells with the largest sum, the first in raster order; None where nothing is left."""
    height, width = sums.shape
    tall, wide = min(WINDOW, height), min(WINDOW, width)
    totals = _window_sums(sums.astype(np.float64), tall, wide)
    totals[_window_sums((~free).astype(np.float64), tall, wide) > 0.5] = 0
    top, left = np.unravel_index(int(totals.argmax()), totals.shape)
    if totals[top, left] <= 1e-6:
        return None
    return Box(int(left), int(top), int(left) + wide, int(top) + tall)


def _window_sums(plane: Doubles, tall: int, wide: int) -> Doubles:
    """The sum of each window that lies inside: float64, (h - tall + 1) x (w - wide + 1)."""
    table = np.pad(plane.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    sums: Doubles = table[tall:, wide:] - table[:-tall, wide:] - table[tall:, :-wide] + table[:-tall, :-wide]
    return sums


def _place(cells: Box, sums: Floats, cell: int, shape: tuple[int, int], worth: float) -> Place:
    """The place of these cells, in pixels of the photo; its middle is where the doubt balances."""
    height, width = shape
    box = Box(cells.left * cell, cells.top * cell, cells.right * cell, cells.bottom * cell)
    held = sums[cells.slices].astype(np.float64)
    x = cell * (float(held.sum(0) @ (np.arange(cells.width) + 0.5)) / held.sum() + cells.left)
    y = cell * (float(held.sum(1) @ (np.arange(cells.height) + 0.5)) / held.sum() + cells.top)
    box = box.clipped(width=width, height=height)
    return Place(min(int(x), box.right - 1), min(int(y), box.bottom - 1), box, worth)
