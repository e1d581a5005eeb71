"""Every edit by one name, and what a list of them adds up to.

An edit is a frozen value that says all about itself: applied to the same marks it gives the same marks, on every
machine. That is why a log of edits is enough to keep an operator's work.
"""

from collections.abc import Iterable

from matting_core.arrays import Trimap
from matting_core.box import Box
from matting_core.edits.area import Area
from matting_core.edits.band import Band
from matting_core.edits.fill import Fill
from matting_core.edits.marks import Marks
from matting_core.edits.patch import Patch
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.edits.stroke import Stroke

Edit = Stroke | SoftStroke | Area | Fill | Band | Patch
"""Each has ``reach(whole) -> Box``, the pixels that it can touch in an image of the box `whole`, clipped to it and
maybe empty, and ``apply(marks) -> Box``, which changes `marks` in place and tells the box of what it may have
changed."""


def replay(marks: Marks, edits: Iterable[Edit]) -> Marks:
    """A copy of `marks` after all `edits`, in order."""
    changed = marks.copy()
    for edit in edits:
        edit.apply(changed)
    return changed


def reach(edits: Iterable[Edit], whole: Box) -> Box:
    """The box of pixels that `edits` can touch in an image of the box `whole`; empty if all pass outside."""
    box = Box(0, 0, 0, 0)
    for edit in edits:
        box = box.union(edit.reach(whole))
    return box


def painted(trimap: Trimap, edits: Iterable[Edit]) -> Trimap:
    """A copy of a draft's trimap (uint8, HxW, {0, 128, 255}) after `edits`."""
    return replay(Marks(trimap, lambda: trimap), edits).trimap
