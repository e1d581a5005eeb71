"""The unknown band, widened or narrowed as a whole or inside an outline."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.box import Box
from matting_core.edits.area import inside
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.quarters import Point, box_around, check_points
from matting_core.errors import InvalidEditError
from matting_core.trimap import depth_inside

WIDEST = 200


@dataclass(frozen=True, slots=True)
class Band:
    """Move both edges of the unknown band.

    by: whole pixels, 1 to 200; the band grows into both known classes where positive, and where negative they grow
    into it, each pixel going to the nearer one and, at the same distance from both, staying unknown. within: empty, or
    the outline (quarter pixels, at least three points) outside of which nothing changes. Distances are Euclidean, from
    centre to centre. Raises InvalidEditError on construction if a limit is broken.
    """

    by: int
    within: tuple[Point, ...] = ()
    tool: Literal["band"] = "band"

    def __post_init__(self) -> None:
        if not 1 <= abs(self.by) <= WIDEST:
            raise InvalidEditError(f"the unknown band is widened or narrowed by 1 to {WIDEST} pixels, not {self.by}")
        if self.within:
            check_points(self.within, fewest=3)

    def reach(self, whole: Box) -> Box:
        return box_around(self.within, whole=whole) if self.within else whole

    def apply(self, marks: Marks) -> Box:
        box = self.reach(marks.whole)
        if box.is_empty:
            return box
        wide = box.grown(abs(self.by) + 1).clipped(width=marks.whole.right, height=marks.whole.bottom)
        labels = marks.trimap[wide.slices]
        foreground, background = labels == FOREGROUND, labels == BACKGROUND
        inner = box.moved(-wide.left, -wide.top).slices
        where = inside(box, self.within) if self.within else np.ones((box.height, box.width), np.bool_)
        if self.by > 0:
            near = np.minimum(
                np.where(foreground, depth_inside(foreground), np.inf),
                np.where(background, depth_inside(background), np.inf),
            )
            changes = [(Ink.UNKNOWN, near <= self.by)]
        else:
            to_foreground, to_background = depth_inside(~foreground), depth_inside(~background)
            unknown = labels == UNKNOWN
            changes = [
                (Ink.FOREGROUND, unknown & (to_foreground <= -self.by) & (to_foreground < to_background)),
                (Ink.BACKGROUND, unknown & (to_background <= -self.by) & (to_background < to_foreground)),
            ]
        touched = Box(0, 0, 0, 0)
        for ink, mask in changes:
            changed = mask[inner] & where
            marks.lay(ink, box, changed)
            touched = touched.union(Box.around(changed).moved(box.left, box.top))
        return touched
