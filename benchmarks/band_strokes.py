"""Strokes as an operator draws them: short, with a round brush, along the unknown band of a trimap."""

import math
from dataclasses import dataclass

import numpy as np

from matting_core.arrays import UNKNOWN, Trimap
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.quarters import QUARTERS
from matting_core.edits.stroke import Stroke

STEP = 20
"""Image pixels from one point of a stroke to the next."""
STEPS = 8
HEADINGS = [math.tau * turn / 24 for turn in range(24)]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class BandStroke:
    """An ink and where the brush goes, (x, y) in image pixels."""

    ink: Ink
    points: list[Point]


class BandStrokes:
    """One stroke after the other, each from a random unknown pixel of the trimap that the former ones left."""

    def __init__(self, trimap: Trimap, *, radius: int, seed: int) -> None:
        """trimap: uint8, HxW, {0, 128, 255}; strokes are painted into it. radius: image pixels."""
        self._trimap = trimap
        self._radius = radius
        self._rng = np.random.default_rng(seed)

    def draw(self) -> BandStroke:
        """The next stroke that changes something."""
        unknown = np.flatnonzero(self._trimap == UNKNOWN)
        while True:
            row, column = divmod(int(self._rng.choice(unknown)), self._trimap.shape[1])
            ink = list(Ink)[int(self._rng.integers(3))]
            points = self._along_the_band((column + 0.5, row + 0.5))
            before = self._trimap.copy()
            quarters = tuple((round(QUARTERS * x), round(QUARTERS * y)) for x, y in points)
            box = Stroke(ink, QUARTERS * self._radius, quarters).apply(Marks(self._trimap, self._trimap.copy))
            if (self._trimap[box.slices] != before[box.slices]).any():
                return BandStroke(ink, points)

    def _along_the_band(self, start: Point) -> list[Point]:
        """Step by step to the unknown pixel that needs the smallest turn; shorter where the band ends."""
        points = [start]
        heading = float(self._rng.uniform(0, math.tau))
        for _ in range(STEPS):
            x, y = points[-1]
            ways = [(x + STEP * math.cos(heading + turn), y + STEP * math.sin(heading + turn)) for turn in HEADINGS]
            open_ways = [way for way in ways if self._is_unknown(way)]
            if not open_ways:
                break
            straight = (x + STEP * math.cos(heading), y + STEP * math.sin(heading))
            best = min(open_ways, key=lambda way: math.dist(way, straight))
            heading = math.atan2(best[1] - y, best[0] - x)
            points.append(best)
        return points

    def _is_unknown(self, point: Point) -> bool:
        column, row = (math.floor(value) for value in point)
        height, width = self._trimap.shape
        return 0 <= row < height and 0 <= column < width and bool(self._trimap[row, column] == UNKNOWN)
