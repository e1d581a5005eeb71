"""What a correction cost: strokes, and the share of the photo that was painted."""

from collections.abc import Sequence
from dataclasses import dataclass

from matting_core.box import Box
from matting_core.edits.coverage import covered_pixels
from matting_core.edits.edit import Edit


@dataclass(frozen=True, slots=True)
class Effort:
    """strokes: edits of any kind. painted_area: in photos; each stroke counts all pixels that it covers, so that it can
    be above 1."""

    strokes: int
    painted_area: float


NO_EFFORT = Effort(0, 0.0)


def effort_of(edits: Sequence[Edit], whole: Box) -> Effort:
    """What `edits` cost in an image of the box `whole`."""
    return Effort(len(edits), sum(covered_pixels(edit, whole) for edit in edits) / (whole.width * whole.height))
