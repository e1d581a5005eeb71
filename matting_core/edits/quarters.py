"""The integers in which edits are drawn: quarter pixels, and the limits that keep them exact.

The centre of the pixel in column ``c`` and row ``r`` lies at ``(4c + 2, 4r + 2)``. Browser and server compute the same
trimap bit for bit because every product of such numbers stays under 2^53, where JavaScript's numbers stop being exact
integers.
"""

from collections.abc import Sequence
from itertools import pairwise

from matting_core.box import Box
from matting_core.errors import InvalidEditError

Point = tuple[int, int]
"""(x, y) in quarter pixels; it may lie outside the image."""

QUARTERS = 4
CENTRE = 2  # of a pixel, from its left or upper edge
MAX_RADIUS = 2048  # a brush 1024 pixels wide
MAX_STEP = 4096  # between two neighbouring points of a stroke, along either axis
MAX_POINTS = 20_000
MAX_COORDINATE = 1 << 20  # far outside any image that the studio takes in


def check_points(points: Sequence[Point], *, fewest: int = 1) -> None:
    """Raise InvalidEditError unless there are `fewest` to MAX_POINTS points near enough to an image."""
    if not fewest <= len(points) <= MAX_POINTS:
        raise InvalidEditError(f"an edit has {fewest} to {MAX_POINTS} points, not {len(points)}")
    if any(abs(x) > MAX_COORDINATE or abs(y) > MAX_COORDINATE for x, y in points):
        raise InvalidEditError("a point lies too far outside the image")


def check_brush(radius: int, points: Sequence[Point]) -> None:
    """Raise InvalidEditError unless a brush of `radius` may be drawn along `points`."""
    if not 1 <= radius <= MAX_RADIUS:
        raise InvalidEditError(f"a brush's radius is 1 to {MAX_RADIUS} quarter pixels, not {radius}")
    check_points(points)
    if any(abs(x1 - x0) > MAX_STEP or abs(y1 - y0) > MAX_STEP for (x0, y0), (x1, y1) in pairwise(points)):
        raise InvalidEditError(
            f"two neighbouring points are more than {MAX_STEP} quarter pixels apart: add points between them"
        )


def box_around(points: Sequence[Point], *, whole: Box, radius: int = 0) -> Box:
    """The pixels of `whole`, an image's box, whose centre can lie within `radius` quarter pixels of the polyline.

    Box(0, 0, 0, 0) if it passes outside.
    """
    columns, rows = [x for x, _ in points], [y for _, y in points]
    box = Box(
        (min(columns) - radius + 1) // QUARTERS,
        (min(rows) - radius + 1) // QUARTERS,
        (max(columns) + radius - 2) // QUARTERS + 1,
        (max(rows) + radius - 2) // QUARTERS + 1,
    ).clipped(width=whole.right, height=whole.bottom)
    return Box(0, 0, 0, 0) if box.is_empty else box
