"""What every drafter does last: a score and the hints become a draft with its certainty."""

import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats, Mask, Rgb, Trimap
from matting_core.drafting.banding import (
    BAND_SHARE,
    Subject,
    central_ellipse,
    subject_of_score,
    trimap_of_subject,
)
from matting_core.drafting.clicks import pin
from matting_core.drafting.drafter import CERTAIN, Draft, Hints
from matting_core.drafting.small_hints import SmallHints
from matting_core.trimap import band_for, depth_inside

NEAR_EDGE = 3.0  # bands: up to here the edge itself makes a label doubtful


def draft_of_score(
    score: Floats,
    rgb: Rgb,
    hints: Hints,
    said: SmallHints,
    *,
    height: int,
    width: int,
    support: Floats | None = None,
) -> Draft:
    """The draft of a small score: float32, hxw, [0, 1], subject above 0.5.

    rgb: uint8, hxwx3, the copy that the score was made on; said: the hints on that copy. support: float32, hxw, [0, 1],
    how well whatever the drafter can judge by speaks for the label that each pixel gets; None where the score says all.
    If the score shows no subject, the draft is an ellipse in the middle, and no pixel of it is certain.
    """
    score = score.copy()
    score[said.foreground_clicks], score[said.background_clicks] = 1, 0
    subject = subject_of_score(score, rgb)
    trimap = trimap_of_subject(subject, height=height, width=width)
    if trimap is None:
        return draft_without_subject(hints, said, height=height, width=width)
    certainty = certainty_of_subject(subject)
    if support is not None:
        certainty *= support
    return finished(trimap, certainty, hints, said)


def draft_without_subject(hints: Hints, said: SmallHints, *, height: int, width: int) -> Draft:
    """What every drafter answers that finds no subject to draw a band around: an ellipse in the middle.

    said: the hints on the copy whose size the certainty gets. Nothing but clicks is certain.
    """
    nothing = np.zeros(said.clicks.shape, np.float32)
    return finished(central_ellipse(height=height, width=width), nothing, hints, said)


def finished(trimap: Trimap, certainty: Floats, hints: Hints, said: SmallHints) -> Draft:
    """The draft with the clicks' discs in it.

    trimap: of the full size, painted in place. certainty: float32, hxw, [0, 1].
    """
    height, width = trimap.shape
    pin(trimap, hints.clicks, band=band_for(width, height, share=BAND_SHARE))
    return Draft(trimap, in_bytes(np.where(said.clicks, np.float32(1), certainty)))


def certainty_of_subject(subject: Subject) -> Floats:
    """How far each pixel's soft score is from the decision, less near the edge: float32, hxw, [0, 1]."""
    margin = np.abs(2 * subject.soft - 1)
    margin[(subject.soft > 0.5) != subject.mask] = 0  # the texture speaks against the label
    return margin * away_from_edge(subject.mask)


def away_from_edge(mask: Mask) -> Floats:
    """Rises from 0 at the edge of `mask` (bool, hxw) to 1 at three bands from it: float32, hxw."""
    depth = np.where(mask, depth_inside(mask), depth_inside(~mask))
    risen: Floats = np.clip(depth / (NEAR_EDGE * BAND_SHARE * max(mask.shape)), 0, 1).astype(np.float32)
    return risen


def in_bytes(certainty: Floats) -> npt.NDArray[np.uint8]:
    """Certainty in [0, 1] in the 256 steps in which a draft keeps it."""
    return np.rint(certainty * CERTAIN).astype(np.uint8)
