"""Any photo: two colour mixtures and a graph cut, started from a person's box or from saliency.

Rother, Kolmogorov, Blake: "GrabCut", SIGGRAPH 2004, by OpenCV, on a small copy of the photo.
"""

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Mask, Rgb, Trimap
from matting_core.drafting.banding import tidied, trimap_of_score
from matting_core.drafting.drafter import NO_HINTS, Hints
from matting_core.drafting.saliency import subject_saliency
from matting_core.drafting.working_copy import box_mask, shrunk

SIDE = 400
ROUNDS = 3
SURELY_BACKGROUND = 0.1  # of Otsu's threshold: less salient pixels are background for good
SEED = 1
TOO_SMALL, TOO_LARGE = 0.005, 0.95  # of the image: a cut outside these has run away


class GrabCutDrafter:
    """Drafts by colour and contrast; deterministic."""

    name = "grabcut"

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Trimap:
        """See `matting_core.drafting.drafter.Drafter.draft`. Outside the hinted box all is background."""
        small = shrunk(rgb, side=SIDE)
        inside = None
        if hints.box is not None:
            inside = box_mask(hints.box, full=rgb.shape[:2], small=small.shape[:2])
        seeds = _seeds_in_box(inside) if inside is not None and not inside.all() else _seeds_by_saliency(small)
        mask = _cut(small, seeds)
        return trimap_of_score(mask.astype(np.float32), small, height=rgb.shape[0], width=rgb.shape[1])


def _seeds_in_box(inside: Mask) -> npt.NDArray[np.uint8]:
    return np.where(inside, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)


def _seeds_by_saliency(rgb: Rgb) -> npt.NDArray[np.uint8]:
    saliency = subject_saliency(rgb)
    threshold, _ = cv2.threshold(np.rint(saliency * 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    salient = saliency > threshold / 255
    seeds = np.where(salient, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    seeds[saliency < SURELY_BACKGROUND * threshold / 255] = cv2.GC_BGD
    return seeds


def _cut(rgb: Rgb, seeds: npt.NDArray[np.uint8]) -> Mask:
    """The subject's mask (bool, HxW) by graph cut, or the seeds' own where the cut runs away."""
    hoped: Mask = seeds == cv2.GC_PR_FGD
    if hoped.all() or not hoped.any():
        return hoped
    labels = seeds.copy()
    cv2.setRNGSeed(SEED)  # the mixtures start from random centres
    mixtures = np.zeros((1, 65)), np.zeros((1, 65))
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    cv2.grabCut(bgr, labels, None, *mixtures, ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = tidied((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))
    return found if TOO_SMALL < found.mean() < TOO_LARGE else hoped
