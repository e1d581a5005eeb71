"""The work that a trimap leaves, without any model: what it calls known and is something else."""

from matting_core.arrays import Alpha, Mask, Trimap
from matting_core.box import Box
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke
from training.operator.effort import Effort, effort_of
from training.operator.goal import BAND, Goal, known_as_wrong
from training.operator.hand import SLACK, Hand, large_parts, strokes_over

TOLERANCE = 0.1
"""How far a known pixel may be off before anybody minds."""


def strokes_to_mend(trimap: Trimap, truth: Alpha | Trimap) -> Effort:
    """What it costs to mend the false foreground and the false background of a trimap.

    trimap: uint8, HxW, {0, 128, 255}. truth: the true alpha, float32, HxW, [0, 1], or an approved trimap, uint8. What a
    trimap leaves unknown costs nothing here, so that a trimap that knows nothing is no work: look at its band, too.
    """
    height, width = trimap.shape
    wrong = known_as_wrong(trimap, truth, tolerance=TOLERANCE)
    return effort_of(mending(wrong, Goal.of(truth), Hand.for_photo(height, width)), Box(0, 0, width, height))


def mending(wrong: Mask, goal: Goal, hand: Hand) -> list[Stroke]:
    """Strokes that give the pixels of `wrong` (bool, HxW) the class that they should have; the unknown ones last."""
    seen = large_parts(wrong, hand.fewest)
    return [
        stroke
        for ink, needed, allowed in goal.inks()
        for stroke in strokes_over(
            seen & needed, allowed=allowed, ink=ink, hand=hand, join=BAND if ink is Ink.UNKNOWN else SLACK
        )
    ]
