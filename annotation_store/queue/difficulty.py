"""How hard an image will be: what orders "hardest first", and what may be approved together with others."""

from dataclasses import dataclass

import numpy as np

from matting_core.arrays import UNKNOWN, Alpha, Rgb, Trimap
from matting_core.doubt import doubt


@dataclass(frozen=True, slots=True)
class Difficulty:
    """expected_sad: the SAD that a draft is expected to have, in thousands of pixels. confidence: in it, 0 to 1."""

    expected_sad: float
    confidence: float


def difficulty_of(rgb: Rgb, trimap: Trimap, alpha: Alpha) -> Difficulty:
    """How far a draft is expected to be from the truth, which nobody knows yet (see matting_core/doubt.py).

    rgb: uint8 or uint16, HxWx3. trimap: uint8, HxW, {0, 128, 255}. alpha: float32, HxW, [0, 1], predicted from both.
    Doubt is the expected error of each pixel: its sum is an expected SAD, and one less its mean over the unknown region
    is the confidence, 1 where nothing is unknown. What the trimap itself got wrong is in neither. Raises
    InvalidArrayError.
    """
    doubts = doubt(rgb, trimap, alpha)
    unknown = int(np.count_nonzero(trimap == UNKNOWN))
    total = float(doubts.sum(dtype=np.float64))  # doubt is 0 wherever the trimap is known
    return Difficulty(expected_sad=total / 1000, confidence=1 - total / unknown if unknown else 1.0)
