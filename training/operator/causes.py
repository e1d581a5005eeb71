"""What an operator's paint went to: which mistakes of the draft."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Mask, Trimap
from matting_core.box import Box
from matting_core.edits.coverage import covered
from matting_core.edits.edit import Edit
from training.operator.goal import known_as_wrong
from training.operator.mending import TOLERANCE


@dataclass(frozen=True, slots=True)
class Causes:
    """Painted area, in photos, by what the draft said of the pixel; together they are the whole.

    false_background, false_foreground: known, and wrong. unknown: left to the model, whose alpha did not do. spill:
    known and right, painted on the way.
    """

    false_background: float
    false_foreground: float
    unknown: float
    spill: float


def causes_of(edits: Sequence[Edit], trimap: Trimap, truth: Alpha) -> Causes:
    """For the edits on a draft: its trimap, uint8, HxW, {0, 128, 255}, and the true alpha, float32, HxW, [0, 1]."""
    whole = Box(0, 0, trimap.shape[1], trimap.shape[0])
    painted = np.zeros(trimap.shape, np.int32)
    for edit in edits:
        painted[edit.reach(whole).slices] += covered(edit, whole)
    wrong = known_as_wrong(trimap, truth, tolerance=TOLERANCE)

    def share(where: Mask) -> float:
        return float(painted[where].sum() / trimap.size)

    return Causes(
        false_background=share(wrong & (trimap == BACKGROUND)),
        false_foreground=share(wrong & (trimap == FOREGROUND)),
        unknown=share(trimap == UNKNOWN),
        spill=share(~wrong & (trimap != UNKNOWN)),
    )
