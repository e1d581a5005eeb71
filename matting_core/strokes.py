"""The exact rule by which a stroke paints a trimap. Its twin is ``studio/editor/strokes.js``.

A stroke is a polyline drawn with a round, hard-edged brush. All its numbers are integers in *quarter pixels*, so
that the browser and the server compute the same trimap bit for bit: the centre of the pixel in column ``c`` and row
``r`` lies at ``(4c + 2, 4r + 2)``. A pixel is painted if the squared distance from its centre to any segment of the
polyline is at most the squared radius. For a segment A to B, with d = B - A and p = centre - A::

    p.d <= 0       painted if |p|^2          <= radius^2      (before A)
    p.d >= |d|^2   painted if |centre - B|^2 <= radius^2      (beyond B)
    otherwise      painted if (p x d)^2      <= radius^2 |d|^2

Both limits below keep every product under 2^53, where JavaScript's numbers stop being exact integers:
|p x d| <= 4096 sqrt(2) * (4096 + 2048) sqrt(2) < 2^26.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Trimap
from matting_core.box import Box
from matting_core.errors import InvalidStrokeError

QUARTERS = 4
MAX_RADIUS = 2048  # quarter pixels: a brush 1024 pixels wide
MAX_STEP = 4096  # quarter pixels between two neighbouring points, along either axis
MAX_POINTS = 20_000
MAX_COORDINATE = 1 << 20  # far outside any image that the studio takes in


class Label(StrEnum):
    """What a stroke paints."""

    FOREGROUND = "foreground"
    BACKGROUND = "background"
    UNKNOWN = "unknown"

    @property
    def value_in_trimap(self) -> int:
        return {"foreground": FOREGROUND, "background": BACKGROUND, "unknown": UNKNOWN}[self.value]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke of the brush.

    label: what it paints. radius: quarter pixels, 1 to MAX_RADIUS. points: (x, y) in quarter pixels, at least one,
    neighbours at most MAX_STEP apart along either axis; they may lie outside the image.

    Raises InvalidStrokeError on construction if a limit is broken.
    """

    label: Label
    radius: int
    points: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not 1 <= self.radius <= MAX_RADIUS:
            raise InvalidStrokeError(f"a stroke's radius is 1 to {MAX_RADIUS} quarter pixels, not {self.radius}")
        if not 1 <= len(self.points) <= MAX_POINTS:
            raise InvalidStrokeError(f"a stroke has 1 to {MAX_POINTS} points, not {len(self.points)}")
        if any(abs(x) > MAX_COORDINATE or abs(y) > MAX_COORDINATE for x, y in self.points):
            raise InvalidStrokeError("a stroke's point lies too far outside the image")
        if any(abs(x1 - x0) > MAX_STEP or abs(y1 - y0) > MAX_STEP for (x0, y0), (x1, y1) in pairwise(self.points)):
            raise InvalidStrokeError(
                f"two neighbouring points are more than {MAX_STEP} quarter pixels apart: add points between them"
            )


def paint(trimap: Trimap, stroke: Stroke) -> Box:
    """Paint `stroke` into `trimap` in place.

    trimap: uint8, HxW, {0, 128, 255}. Returns the box of pixels that the stroke may have touched, clipped to the
    image (empty if it passed outside).
    """
    height, width = trimap.shape
    value = stroke.label.value_in_trimap
    ends = stroke.points if len(stroke.points) > 1 else stroke.points * 2
    touched = Box(0, 0, 0, 0)
    for (ax, ay), (bx, by) in pairwise(ends):
        box = _box_around(((ax, ay), (bx, by)), stroke.radius).clipped(width=width, height=height)
        if not box.is_empty:
            trimap[box.slices][_capsule(box, (ax, ay), (bx, by), stroke.radius)] = value
            touched = touched.union(box)
    return touched


def replay(trimap: Trimap, strokes: Iterable[Stroke]) -> Trimap:
    """A copy of `trimap` (uint8, HxW, {0, 128, 255}) with all `strokes` painted in order."""
    painted = trimap.copy()
    for stroke in strokes:
        paint(painted, stroke)
    return painted


def reach(strokes: Iterable[Stroke], *, width: int, height: int) -> Box:
    """The box of pixels that `strokes` can touch in an image of this size; empty if all pass outside."""
    box = Box(0, 0, 0, 0)
    for stroke in strokes:
        inside = _box_around(stroke.points, stroke.radius).clipped(width=width, height=height)
        if not inside.is_empty:  # an empty box outside the image has no place in an array
            box = box.union(inside)
    return box


def _box_around(points: Sequence[tuple[int, int]], radius: int) -> Box:
    """The pixels whose centre can lie within `radius` of the polyline (quarter pixels in, pixels out)."""
    columns, rows = [x for x, _ in points], [y for _, y in points]
    return Box(
        (min(columns) - radius + 1) // QUARTERS,
        (min(rows) - radius + 1) // QUARTERS,
        (max(columns) + radius - 2) // QUARTERS + 1,
        (max(rows) + radius - 2) // QUARTERS + 1,
    )


def _capsule(
    box: Box, a: tuple[int, int], b: tuple[int, int], radius: int
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Boolean mask, the size of `box`: the pixels within `radius` quarter pixels of the segment a to b."""
    (ax, ay), (bx, by) = a, b
    px = np.arange(box.left, box.right, dtype=np.int64)[None, :] * QUARTERS + 2 - ax
    py = np.arange(box.top, box.bottom, dtype=np.int64)[:, None] * QUARTERS + 2 - ay
    dx, dy = bx - ax, by - ay
    length2, radius2 = dx * dx + dy * dy, radius * radius
    along = px * dx + py * dy
    across = px * dy - py * dx
    before = (along <= 0) & (px * px + py * py <= radius2)
    beyond = (along >= length2) & ((px - dx) ** 2 + (py - dy) ** 2 <= radius2)
    beside = (along > 0) & (along < length2) & (across * across <= radius2 * length2)
    mask: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = before | beyond | beside
    return mask
