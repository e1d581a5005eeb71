"""What the automatic drafters know about each pixel, as planes for a network that is to know better.

A studio approves dozens of photos, not millions: what saliency, colour mixtures and the frame already tell need not be
learnt from them, only when to believe whom.
"""

from itertools import starmap

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats, Rgb
from matting_core.drafting.automatic import PLAIN_ENOUGH
from matting_core.drafting.backdrop import backdrop_score
from matting_core.drafting.grabcut import cut_subject
from matting_core.drafting.saliency import subject_saliency
from matting_core.drafting.small_hints import SmallHints

EVIDENCE_SIDE = 256
"""Pixels of the longer side of the copy that is looked at."""

PLANES = (
    "saliency",
    "cut",
    "colours",
    "backdrop",
    "plainness",
    "fine detail",
    "coarse detail",
    "row",
    "inset",
    "prior",
)
"""prior: what the automatic drafter would answer, 1 on the subject, -1 off it, between them along its edge."""

PRIOR_BLUR = 2.0  # pixels, standard deviation
DETAILS = (0.7, 2.0)  # pixels: what is in focus shows detail of these sizes
DEEPEST = 0.25  # of the longer side: farther from the frame than that, the inset is 1


def evidence_planes(rgb: Rgb, said: SmallHints) -> npt.NDArray[np.uint8]:
    """`PLANES`, uint8, hxwx10: 0 for -1, 255 for 1.

    rgb: uint8, hxwx3, sRGB, of at most EVIDENCE_SIDE. said: the hints on this copy, which saliency alone does not heed.
    """
    saliency = subject_saliency(rgb)
    cut, backdrop = cut_subject(rgb, said, saliency=saliency), backdrop_score(rgb)
    found = backdrop.score > 0.5 if backdrop.fit >= PLAIN_ENOUGH else cut.mask
    found = (found & ~said.surely_background) | said.surely_foreground
    height, width = rgb.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    inset = np.minimum(np.minimum(across, width - 1 - across), np.minimum(down, height - 1 - down)) + 1
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    planes = (
        2 * saliency - 1,
        2 * cut.mask.astype(np.float32) - 1,
        2 * cut.colours - 1,
        2 * backdrop.score - 1,
        np.full((height, width), 2 * backdrop.fit - 1),
        *starmap(_detail, ((grey, size) for size in DETAILS)),
        2 * down / max(1, height - 1) - 1,
        2 * np.clip(inset / (DEEPEST * max(height, width)), 0, 1) - 1,
        2 * cv2.GaussianBlur(found.astype(np.float32), (0, 0), PRIOR_BLUR) - 1,
    )
    stacked: npt.NDArray[np.uint8] = np.rint((np.clip(np.dstack(planes), -1, 1) + 1) * 127.5).astype(np.uint8)
    return stacked


def _detail(grey: Floats, size: float) -> Floats:
    """How much detail of about `size` pixels is around each pixel, against the rest of the photo: mostly in [-1, 1]."""
    detail = cv2.GaussianBlur(grey, (0, 0), size) - cv2.GaussianBlur(grey, (0, 0), 2 * size)
    strength = np.log(0.5 + np.sqrt(cv2.GaussianBlur(detail * detail, (0, 0), 4 * size)))
    against_the_rest: Floats = (strength - strength.mean()) / (2 * strength.std() + 0.6)
    return against_the_rest
