"""The exact rule by which an outline is filled. Its twin is ``studio/editor/edits/area.js``.

The outline is closed from its last point to its first. A pixel is inside if the outline winds around its centre (the
nonzero rule: a lasso that crosses itself stays filled). Counted are the crossings of the outline with the line
through the pixels' centres, to the right of the pixel; an edge contains its upper end and not its lower, so that a
corner on that line counts once. An edge from A to B with a_y < b_y crosses the line y at a_x + (y - a_y) d_x / d_y,
and pixel c lies left of it if ``4c + 2`` is smaller: all of it in integers.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from matting_core.arrays import Mask
from matting_core.box import Box
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.quarters import CENTRE, QUARTERS, Point, box_around, check_points


@dataclass(frozen=True, slots=True)
class Area:
    """A lasso or a polygon, filled.

    ink: what is laid down inside. points: the outline, quarter pixels, at least three. Raises InvalidEditError on
    construction if a limit is broken.
    """

    ink: Ink
    points: tuple[Point, ...]
    tool: Literal["area"] = "area"

    def __post_init__(self) -> None:
        check_points(self.points, fewest=3)

    def reach(self, whole: Box) -> Box:
        return box_around(self.points, whole=whole)

    def apply(self, marks: Marks) -> Box:
        box = self.reach(marks.whole)
        if not box.is_empty:
            marks.lay(self.ink, box, inside(box, self.points))
        return box


def inside(box: Box, points: tuple[Point, ...]) -> Mask:
    """Which pixels of `box` lie inside the closed outline `points`: bool, the size of the box."""
    ends = np.zeros((box.height, box.width + 1), np.int32)  # at column e: crossings to the right of all columns below e
    rows = np.arange(box.top, box.bottom, dtype=np.int64)
    centres = rows * QUARTERS + CENTRE
    for (ax, ay), (bx, by) in pairwise((*points, points[0])):
        if ay == by:
            continue
        turn = 1 if ay < by else -1
        (ux, uy), (lx, ly) = ((ax, ay), (bx, by)) if turn == 1 else ((bx, by), (ax, ay))
        crossed = np.flatnonzero((centres >= uy) & (centres < ly))
        height = ly - uy
        crossing = ux * height + (centres[crossed] - uy) * (lx - ux)  # times `height`
        end = -((CENTRE * height - crossing) // (QUARTERS * height))  # ceil((crossing - 2 height) / 4 height)
        ends[crossed, np.clip(end - box.left, 0, box.width)] += turn
    winding = ends[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    mask: Mask = winding != 0
    return mask
