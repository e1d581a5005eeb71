"""The exact rule by which a brush paints a trimap. Its twin is ``studio/editor/edits/stroke.js``.

A stroke is a polyline drawn with a round, hard-edged brush. A pixel is painted if the squared distance from its centre
to any segment of the polyline is at most the squared radius. For a segment A to B, with d = B - A and p = centre - A::

    p.d <= 0       painted if |p|^2          <= radius^2      (before A)
    p.d >= |d|^2   painted if |centre - B|^2 <= radius^2      (beyond B)
    otherwise      painted if (p x d)^2      <= radius^2 |d|^2

All numbers are integers in quarter pixels (`quarters.py`), and the limits there keep every product exact:
|p x d| <= 4096 sqrt(2) * (4096 + 2048) sqrt(2) < 2^26. `runs.py` finds the painted pixels without asking each.
"""

from dataclasses import dataclass
from typing import Literal

from matting_core.box import Box
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.quarters import Point, box_around, check_brush
from matting_core.edits.runs import box_of, brush_runs
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
        touched = Box(0, 0, 0, 0)
        for runs in brush_runs(self.points, self.radii or (self.radius,) * len(self.points), whole=marks.whole):
            marks.lay_runs(self.ink, runs)
            touched = touched.union(box_of(runs))
        return touched
