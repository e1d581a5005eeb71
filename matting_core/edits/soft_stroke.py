"""The soft brush: alpha painted directly, with a soft rim. Its twin is ``studio/editor/edits/soft_stroke.js``.

How much a stroke covers a pixel depends on the distance d from the pixel's centre to the polyline::

    weight = 1                     d <= inner, the radius times the hardness
             t^2 (3 - 2t)          in between, t = (radius - d) / (radius - inner)
             0                     d >= radius

times the flow and, for a pen, its pressure; over a whole stroke the largest weight counts, so that joints of segments
do not show and a slow hand paints no darker than a quick one. The weight is rounded to 256 steps. Only sums,
products, quotients and square roots of doubles lead there, which IEEE 754 rounds alike everywhere: browser and server
agree which pixels are touched at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from matting_core.box import Box
from matting_core.edits.marks import Marks
from matting_core.edits.quarters import CENTRE, QUARTERS, Point, box_around, check_brush
from matting_core.errors import InvalidEditError

PERCENT = 100


@dataclass(frozen=True, slots=True)
class SoftStroke:
    """One stroke of the soft brush.

    value: the alpha that it paints, 0 to 255. hardness: 0 to 100, how much of the radius is fully covered. flow: 1 to
    100, how much one stroke covers at most. radius, points: as of `Stroke`. pressures: empty, or as many as points,
    each 1 to 100: percent of the flow; a segment has the pressure at its end.

    Raises InvalidEditError on construction if a limit is broken.
    """

    value: int
    hardness: int
    flow: int
    radius: int
    points: tuple[Point, ...]
    pressures: tuple[int, ...] = ()
    tool: Literal["soft_brush"] = "soft_brush"

    def __post_init__(self) -> None:
        check_brush(self.radius, self.points)
        for name, low, high in (("value", 0, 255), ("hardness", 0, PERCENT), ("flow", 1, PERCENT)):
            if not low <= getattr(self, name) <= high:
                raise InvalidEditError(f"the {name} of a soft brush is {low} to {high}, not {getattr(self, name)}")
        if self.pressures and len(self.pressures) != len(self.points):
            raise InvalidEditError(f"{len(self.points)} points need as many pressures, not {len(self.pressures)}")
        if any(not 1 <= pressure <= PERCENT for pressure in self.pressures):
            raise InvalidEditError(f"the pressure at each point is 1 to {PERCENT}")

    def reach(self, whole: Box) -> Box:
        return box_around(self.points, whole=whole, radius=self.radius)

    def apply(self, marks: Marks) -> Box:
        box = self.reach(marks.whole)
        if not box.is_empty:
            marks.paint_alpha(box, weight=self.weight(box, marks.whole), value=self.value)
        return box

    def weight(self, box: Box, whole: Box) -> npt.NDArray[np.uint8]:
        weight = np.zeros((box.height, box.width), np.uint8)
        for a, b, pressure in self._segments():
            around = box_around((a, b), whole=whole, radius=self.radius)
            if around.is_empty:
                continue
            here = weight[around.moved(-box.left, -box.top).slices]
            np.maximum(here, self._profile(distance_to_segment(around, a, b), pressure), out=here)
        return weight

    def _segments(self) -> Iterator[tuple[Point, Point, int]]:
        """Each with the pressure at its end; a single point is a segment to itself."""
        pressures = self.pressures or (PERCENT,) * len(self.points)
        if len(self.points) == 1:
            yield self.points[0], self.points[0], pressures[0]
        for (a, b), pressure in zip(pairwise(self.points), pressures[1:], strict=True):
            yield a, b, pressure

    def _profile(self, distance: npt.NDArray[np.float64], pressure: int) -> npt.NDArray[np.uint8]:
        inner = self.radius * self.hardness / PERCENT
        rim = np.clip((self.radius - distance) / max(self.radius - inner, 1e-9), 0, 1)
        share = np.where(distance <= inner, 1.0, rim * rim * (3 - 2 * rim))
        share[distance >= self.radius] = 0
        steps = np.floor(self.flow * pressure * 255 * share / (PERCENT * PERCENT) + 0.5)
        return steps.astype(np.uint8)


def distance_to_segment(box: Box, a: Point, b: Point) -> npt.NDArray[np.float64]:
    """From each pixel of `box`, in quarter pixels: the same double in JavaScript, operation by operation."""
    px = np.arange(box.left, box.right, dtype=np.int64)[None, :] * QUARTERS + CENTRE - a[0]
    py = np.arange(box.top, box.bottom, dtype=np.int64)[:, None] * QUARTERS + CENTRE - a[1]
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    along, across = px * dx + py * dy, px * dy - py * dx
    beside = across.astype(np.float64) ** 2 / max(1, length2)
    nearest2 = np.where(along >= length2, (px - dx) ** 2 + (py - dy) ** 2, beside)
    distance: npt.NDArray[np.float64] = np.sqrt(np.where(along <= 0, px * px + py * py, nearest2))
    return distance
