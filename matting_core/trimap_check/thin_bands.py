"""Bands that end too early: beside the border of a known label, the matte is still clearly away from it.

Where the band is wide enough, alpha has reached the label's value before the label begins. A single pixel proves
nothing, so the difference is averaged along a stretch of the border.
"""

import cv2
import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Floats, Mask, Trimap
from matting_core.trimap import coarser
from matting_core.trimap_check.slips import Slip, SlipKind, SmallCopy, slips_from_cells

LARGEST_SIDE = 1024
"""Longer side of the copy."""
STRETCHES = 72
"""A stretch of the border is so small a part of the longer side."""
SHORTEST = 9
"""Cells of the shortest stretch, so that in a small photo no single cell decides."""
LEAST_FILLED = 0.6
"""Part of a stretch that must be border: less is a corner that the window has caught."""
AWAY = 0.15
"""Mean difference of alpha from the label along a stretch, beyond which the band is too thin."""
NO_BAND = 0.5
"""What counts as the difference where the two known labels meet without any band."""


def find_thin_bands(trimap: Trimap, alpha: Alpha) -> list[Slip]:
    """Slips of the kind `SlipKind.THIN_BAND`; arrays as in `check_trimap_for_slips`."""
    copy = SmallCopy.of(trimap.shape, side=LARGEST_SIDE)
    labels = coarser(trimap, times=copy.times)
    mean, is_open = _mean_of_unknown(trimap, alpha, copy)
    span = max(SHORTEST, 2 * round(copy.side / STRETCHES / 2) + 1)
    away, marked = np.zeros(labels.shape, np.float32), np.zeros(labels.shape, np.bool_)
    unbanded = _without_band(labels, is_open)
    for label, value in ((BACKGROUND, 0), (FOREGROUND, 1)):
        border = _beside(labels == label) & is_open
        difference = np.abs(mean - np.float32(value)) * border
        difference[unbanded] = NO_BAND
        border |= unbanded
        stretch = _mean_along(difference, border, span)
        found = border & (stretch > AWAY)
        away[found], marked = np.maximum(away, stretch)[found], marked | found
    return [
        slip
        for slip in slips_from_cells(SlipKind.THIN_BAND, away, marked, copy=copy, joined=2 * span, worth=2.0 * span)
        if max(slip.box.width, slip.box.height) >= span * copy.times / 2
    ]


def _mean_of_unknown(trimap: Trimap, alpha: Alpha, copy: SmallCopy) -> tuple[Floats, Mask]:
    """The mean alpha of each cell's unknown pixels, and which cells have any: float32 and bool, the copy's size."""
    unknown = (trimap == UNKNOWN).astype(np.float32)
    share = cv2.resize(unknown, copy.size, interpolation=cv2.INTER_AREA)
    unknown *= alpha
    summed = cv2.resize(unknown, copy.size, interpolation=cv2.INTER_AREA)
    is_open: Mask = share > 0
    mean: Floats = (summed / np.maximum(share, 1e-6)).astype(np.float32)
    return mean, is_open


def _without_band(labels: Trimap, is_open: Mask) -> Mask:
    """Cells in which, or between which, foreground and background meet directly."""
    within = (labels == UNKNOWN) & ~is_open
    foreground, background = labels == FOREGROUND, labels == BACKGROUND
    mask: Mask = within | (_beside(foreground) & background) | (_beside(background) & foreground)
    return mask


def _beside(mask: Mask) -> Mask:
    """The mask and the eight neighbours of each of its cells."""
    grown: Mask = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return grown


def _mean_along(values: Floats, border: Mask, span: int) -> Floats:
    """Mean of the values of those cells of a span x span window that are border; 0 where they are too few."""
    size = (span, span)
    summed = cv2.boxFilter(values, cv2.CV_32F, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
    count = cv2.boxFilter(border.astype(np.float32), cv2.CV_32F, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
    mean: Floats = np.where(count >= LEAST_FILLED * span, summed / np.maximum(count, 1), 0).astype(np.float32)
    return mean
