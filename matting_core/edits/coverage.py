"""How much an operator paints: the pixels that an edit's own shape covers, whatever they were before."""

import numpy as np

from matting_core.arrays import Mask
from matting_core.box import Box
from matting_core.edits.area import Area, inside
from matting_core.edits.band import Band
from matting_core.edits.edit import Edit
from matting_core.edits.fill import Fill
from matting_core.edits.patch import Patch
from matting_core.edits.runs import brush_runs
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.edits.stroke import Stroke


def covered_pixels(edit: Edit, whole: Box) -> int:
    """How many pixels of an image of the box `whole` were painted by hand.

    A brush counts what it passes over, each pixel once a stroke; a lasso, and the outline within which a band is moved,
    what lies inside. A fill, a band moved everywhere and a patch count nothing: one gesture each, and the studio finds
    the pixels.
    """
    return int(np.count_nonzero(covered(edit, whole)))


def covered(edit: Edit, whole: Box) -> Mask:
    """The pixels that `covered_pixels` counts: bool, the size of ``edit.reach(whole)``."""
    box = edit.reach(whole)
    mask = np.zeros((box.height, box.width), np.bool_)
    if box.is_empty:
        return mask
    match edit:
        case Stroke():
            for runs in brush_runs(edit.points, edit.radii or (edit.radius,) * len(edit.points), whole=whole):
                for row, first, end in (runs - (box.top, box.left, box.left)).tolist():
                    mask[row, first:end] = True
        case SoftStroke():
            mask = edit.weight(box, whole) > 0
        case Area():
            mask = inside(box, edit.points)
        case Band() if edit.within:
            mask = inside(box, edit.within)
        case Fill() | Band() | Patch():
            pass
    return mask
