"""Any mask of the subject, from wherever it comes, as a draft.

The band's width follows the photo: at 640 pixels, the size at which trimaps for training are usually made, bands are 8
to 20 pixels wide.
"""

import cv2
import numpy as np

from matting_core.arrays import Floats, Mask, Rgb
from matting_core.drafting.banding import (
    SURE_BACKGROUND,
    SURE_FOREGROUND,
    banded,
    drawing_size,
    enlarged,
)
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints, check_hints, check_mask
from matting_core.drafting.finishing import away_from_edge, draft_without_subject, finished
from matting_core.drafting.small_hints import resized_mask, small_hints
from matting_core.drafting.working_copy import box_mask
from matting_core.errors import InvalidArrayError

RADIUS = 12.0
REFERENCE_SIDE = 640
SIDE = 640  # of the certainty


class MaskDrafter:
    """Drafts from the mask among the hints, and from nothing else: the photo lends only its size."""

    name = "from_mask"

    def __init__(self, *, radius: float = RADIUS) -> None:
        """radius: the band to either side of the edge, in pixels of a photo whose longer side is 640."""
        self._radius = radius

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        """See `matting_core.drafting.drafter.Drafter.draft`. Raises InvalidArrayError if there is no mask."""
        check_hints(hints, like=rgb)
        if hints.mask is None:
            raise InvalidArrayError("this drafter works from a mask of the subject, but none was given: add one")
        height, width = rgb.shape[:2]
        return draft_from_mask(hints.mask, height=height, width=width, radius=self._radius, hints=hints)


def draft_from_mask(
    mask: Mask | Floats, *, height: int, width: int, radius: float = RADIUS, hints: Hints = NO_HINTS
) -> Draft:
    """The draft of a photo of the given size from a mask of its subject.

    mask: bool, or float32 in [0, 1] with the subject above 0.5; HxW of any size, stretched to the photo's. radius:
    the band reaches radius * max(height, width) / 640 pixels to either side of the edge, and all soft pixels (between
    0.05 and 0.95) are unknown too. hints: box and clicks are heeded, the mask is not asked again. An empty mask gives
    an ellipse in the middle, of which nothing is certain. Raises InvalidArrayError if the mask is anything else.
    """
    size = drawing_size(height=height, width=width)
    score = resized_mask(check_mask(mask), size)
    inside = None if hints.box is None else box_mask(hints.box, full=(height, width), small=size)
    if inside is not None:
        score[~inside] = 0
    uncertain = (score > SURE_BACKGROUND) & (score < SURE_FOREGROUND)
    band = max(1.0, radius * max(size) / REFERENCE_SIDE)
    drawn = banded(score > 0.5, uncertain, band=band, reach=np.inf)
    small = _certainty_size(size)
    said = small_hints(hints, full=(height, width), small=small)
    if drawn is None:
        return draft_without_subject(hints, said, height=height, width=width)
    score = cv2.resize(score, small[::-1], interpolation=cv2.INTER_AREA)
    certainty = np.abs(2 * score - 1) * away_from_edge(score > 0.5)
    return finished(enlarged(drawn, height=height, width=width), certainty, hints, said)


def _certainty_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
