"""The exact rule by which a brush paints a trimap. Its twin is ``studio/editor/edits/stroke.js``.

A stroke is a polyline drawn with a round, hard-edged brush. A pixel is painted if the squared distance from its centre
to any segment of the polyline is at most the squared radius. For a segment A to B, with d = B - A and p = centre - A::

    p.d <= 0       painted if |p|^2          <= radius^2      (before A)
    p.d >= |d|^2   painted if |centre - B|^2 <= radius^2      (beyond B)
    otherwise      painted if (p x d)^2      <= radius^2 |d|^2

All numbers are integers in quarter pixels (`quarters.py`), and the limits there keep every product exact:
|p x d| <= 4096 sqrt(2) * (4096 + 2048) sqrt(2) < 2^26.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from matting_core.arrays import Mask
from matting_core.box import Box
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.quarters import CENTRE, QUARTERS, Point, box_around, check_brush
from matting_core.errors import InvalidEditError


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke of the brush.

    ink: what it lays down. radius: quarter pixels, 1 to MAX_RADIUS. points: at least one, neighbours at most MAX_STEP
    apart along either axis. radii: empty, or as many as points, each 1 to `radius`: the brush of a pen that was pressed
    more or less; a segment is drawn with the radius at its end.

    Raises InvalidEditError on construction if a limit is broken.
    """

    ink: Ink
    radius: int
    points: tuple[Point, ...]
    radii: tuple[int, ...] = ()
    tool: Literal["brush"] = "brush"

    def __post_init__(self) -> None:
        check_brush(self.radius, self.points)
        if self.radii and len(self.radii) != len(self.points):
            raise InvalidEditError(f"{len(self.points)} points need as many radii, not {len(self.radii)}")
        if any(not 1 <= radius <= self.radius for radius in self.radii):
            raise InvalidEditError(f"the radius at each point is 1 to the stroke's own, {self.radius}")

    def reach(self, whole: Box) -> Box:
        return box_around(self.points, whole=whole, radius=self.radius)

    def apply(self, marks: Marks) -> Box:
        whole, touched = marks.whole, Box(0, 0, 0, 0)
        for a, b, radius in segments(self.points, self.radii or (self.radius,) * len(self.points)):
            box = box_around((a, b), whole=whole, radius=radius)
            if not box.is_empty:
                marks.lay(self.ink, box, Capsule(box, a, b).within(radius))
                touched = touched.union(box)
        return touched


def segments(points: Sequence[Point], weights: Sequence[int]) -> Iterator[tuple[Point, Point, int]]:
    """The segments of a polyline, each with the weight at its end; a single point is a segment to itself."""
    if len(points) == 1:
        yield points[0], points[0], weights[0]
    for (a, b), weight in zip(pairwise(points), weights[1:], strict=True):
        yield a, b, weight


class Capsule:
    """Where the pixels of a box lie, seen from a segment.

    box: clipped to the image. a, b: the ends of the segment, in quarter pixels.
    """

    def __init__(self, box: Box, a: Point, b: Point) -> None:
        px = np.arange(box.left, box.right, dtype=np.int64)[None, :] * QUARTERS + CENTRE - a[0]
        py = np.arange(box.top, box.bottom, dtype=np.int64)[:, None] * QUARTERS + CENTRE - a[1]
        dx, dy = b[0] - a[0], b[1] - a[1]
        self._length2 = dx * dx + dy * dy
        along = px * dx + py * dy
        self._across = px * dy - py * dx
        self._is_before, self._is_beyond = along <= 0, along >= self._length2
        self._to_start2 = px * px + py * py
        self._to_end2 = (px - dx) ** 2 + (py - dy) ** 2

    def within(self, radius: int) -> Mask:
        """Which pixels lie within `radius` of the segment: bool, the size of the box."""
        radius2 = radius * radius
        before = self._is_before & (self._to_start2 <= radius2)
        beyond = self._is_beyond & (self._to_end2 <= radius2)
        beside = ~self._is_before & ~self._is_beyond & (self._across**2 <= radius2 * self._length2)
        mask: Mask = before | beyond | beside
        return mask

    def distance(self) -> npt.NDArray[np.float64]:
        """Of each pixel to the segment, in quarter pixels: the same double in JavaScript, operation by operation."""
        beside = self._across.astype(np.float64) ** 2 / max(1, self._length2)
        nearest2 = np.where(self._is_beyond, self._to_end2, beside)
        distance: npt.NDArray[np.float64] = np.sqrt(np.where(self._is_before, self._to_start2, nearest2))
        return distance
