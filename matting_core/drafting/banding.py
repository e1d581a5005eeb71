"""From a soft score of the subject to a trimap whose band is as wide as the edge is uncertain."""

import cv2
import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Mask, Rgb, Trimap
from matting_core.trimap import band_for, depth_inside, from_mask

BAND_SHARE = 0.01  # of the longer side, to either side of the edge
SOFT_REACH = 4  # bands: how far from the edge an uncertain score still widens the band
SURE_BACKGROUND, SURE_FOREGROUND = 0.05, 0.95
SMALLEST_PART = 0.05  # of the largest part: smaller ones are taken for dirt
SMALLEST_HOLE = 0.001  # of the image: smaller ones are taken for reflections
EDGE_SOFTNESS = 1e-3  # variance of grey, [0, 1]^2: weaker texture does not draw the edge


def trimap_of_score(score: Floats, rgb: Rgb, *, height: int, width: int) -> Trimap:
    """A trimap of the full size from a small score: uint8, height x width, {0, 128, 255}, all three present.

    score: float32, hxw, [0, 1], subject above 0.5. rgb: uint8, hxwx3, the copy that the score was made on.
    The band is 1 % of the longer side to either side of the edge, and reaches further where the photo's own
    texture makes the edge soft. If the score shows no subject, the draft is an ellipse in the middle.
    """
    mask = tidied(score > 0.5)
    score = np.where(mask == (score > 0.5), score, mask).astype(np.float32)
    soft = _guided(score, rgb, radius=2 * band_for(rgb.shape[1], rgb.shape[0], share=BAND_SHARE))
    soft, edge = (
        cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR) for plane in (soft, mask.astype(np.float32))
    )
    subject = edge > 0.5
    distance = np.where(subject, depth_inside(subject), depth_inside(~subject))
    uncertain = (soft > SURE_BACKGROUND) & (soft < SURE_FOREGROUND)
    band = band_for(width, height, share=BAND_SHARE)
    while band:
        trimap = from_mask(subject, band=band)
        trimap[uncertain & (distance <= SOFT_REACH * band)] = UNKNOWN
        if has_all_classes(trimap):
            return trimap
        band //= 2  # a subject of thin parts would be all unknown
    return central_ellipse(height=height, width=width)


def tidied(mask: Mask) -> Mask:
    """`mask` (bool, HxW) without specks and pinholes."""
    return ~_without_small(~_without_small(mask, of_largest=SMALLEST_PART), of_image=SMALLEST_HOLE)


def has_all_classes(trimap: Trimap) -> bool:
    """Whether the trimap has background, unknown and foreground."""
    return all(bool((trimap == value).any()) for value in (BACKGROUND, UNKNOWN, FOREGROUND))


def central_ellipse(*, height: int, width: int) -> Trimap:
    """The trimap of a subject in the middle, for want of anything better: uint8, height x width."""
    rows, columns = np.ogrid[:height, :width]
    radius = np.hypot((rows + 0.5) / height - 0.5, (columns + 0.5) / width - 0.5)
    trimap = np.full((height, width), UNKNOWN, np.uint8)
    trimap[radius < 0.25] = FOREGROUND
    trimap[radius > 0.45] = BACKGROUND
    return trimap


def _without_small(mask: Mask, *, of_largest: float = 0.0, of_image: float = 0.0) -> Mask:
    """`mask` without the components below a share of the largest one, or of the image."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    if count == 1:
        return mask
    areas = stats[:, cv2.CC_STAT_AREA]
    keep = areas >= max(of_largest * areas[1:].max(), of_image * mask.size)
    keep[0] = False
    kept: Mask = keep[labels]
    return kept


def _guided(score: Floats, rgb: Rgb, *, radius: int) -> Floats:
    """The score as a local linear function of the photo's grey (He, Sun, Tang: "Guided Image Filtering", 2010)."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255

    def mean(plane: Floats) -> Floats:
        blurred: Floats = cv2.blur(plane, (2 * radius + 1, 2 * radius + 1))
        return blurred

    grey_mean, score_mean = mean(grey), mean(score)
    slope = (mean(grey * score) - grey_mean * score_mean) / (mean(grey * grey) - grey_mean**2 + EDGE_SOFTNESS)
    soft: Floats = np.clip(mean(slope) * grey + mean(score_mean - slope * grey_mean), 0, 1)
    return soft
