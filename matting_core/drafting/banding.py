"""From a soft score of the subject to a trimap whose band is as wide as the edge is uncertain.

Bands are drawn on a copy of at most `DRAWING_SIDE` pixels and enlarged class by class: a score knows its edge to a few
hundred pixels only, and one float plane of a 31-megapixel photo takes 126 MB.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Mask, Rgb, Trimap
from matting_core.trimap import band_for, depth_inside

BAND_SHARE = 0.01  # of the longer side, to either side of the edge
NARROWEST_BAND = 0.5  # pixels of the drawing: just the pixels along the edge
SOFT_REACH = 4  # bands: how far from the edge an uncertain score still widens the band
SURE_BACKGROUND, SURE_FOREGROUND = 0.05, 0.95
SMALLEST_PART = 0.05  # of the largest part: smaller ones are taken for dirt
SMALLEST_HOLE = 0.001  # of the image: smaller ones are taken for reflections
EDGE_SOFTNESS = 1e-3  # variance of grey, [0, 1]^2: weaker texture does not draw the edge
DRAWING_SIDE = 1600  # of the longer side


@dataclass(frozen=True, slots=True)
class Subject:
    """What a score says, on its small copy. mask: bool, hxw, tidy. soft: float32, hxw, [0, 1], along the texture."""

    mask: Mask
    soft: Floats


def subject_of_score(score: Floats, rgb: Rgb) -> Subject:
    """The subject of a score: float32, hxw, [0, 1], subject above 0.5. rgb: uint8, hxwx3, the copy it was made on."""
    mask = tidied(score > 0.5)
    score = np.where(mask == (score > 0.5), score, mask).astype(np.float32)
    return Subject(mask, guided(score, rgb, radius=2 * band_for(rgb.shape[1], rgb.shape[0], share=BAND_SHARE)))


def trimap_of_subject(subject: Subject, *, height: int, width: int) -> Trimap | None:
    """A trimap of the full size: uint8, height x width, {0, 128, 255}; None if it would lack a class.

    The band is 1 % of the longer side to either side of the edge, narrower only where a subject of thin parts would
    be all unknown, and reaches further where the photo's own texture makes the edge soft.
    """
    size = drawing_size(height=height, width=width)
    soft, edge = (
        cv2.resize(plane, size[::-1], interpolation=cv2.INTER_LINEAR)
        for plane in (subject.soft, subject.mask.astype(np.float32))
    )
    uncertain = (soft > SURE_BACKGROUND) & (soft < SURE_FOREGROUND)
    band = BAND_SHARE * max(size)
    drawn = banded(edge > 0.5, uncertain, band=band, reach=SOFT_REACH)
    return None if drawn is None else enlarged(drawn, height=height, width=width)


def banded(subject: Mask, uncertain: Mask, *, band: float, reach: float) -> Trimap | None:
    """Unknown within `band` pixels of the subject's edge, and where `uncertain` up to `reach` bands from it.

    subject, uncertain: bool, HxW. Returns uint8, HxW, {0, 128, 255}. The band is halved until all three classes are
    there; None if that never happens.
    """
    inside, outside = depth_inside(subject), depth_inside(~subject)
    while band >= NARROWEST_BAND:
        trimap = np.full(subject.shape, UNKNOWN, np.uint8)
        trimap[outside > band] = BACKGROUND
        trimap[inside > band] = FOREGROUND
        trimap[uncertain & (inside <= reach * band) & (outside <= reach * band)] = UNKNOWN
        if has_all_classes(trimap):
            return trimap
        band /= 2
    return None


def drawing_size(*, height: int, width: int) -> tuple[int, int]:
    """Height and width of the copy on which the band of a photo of this size is drawn."""
    scale = min(1.0, DRAWING_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def enlarged(trimap: Trimap, *, height: int, width: int) -> Trimap:
    """The trimap with smooth contours at the full size: uint8, height x width, {0, 128, 255}."""
    if trimap.shape == (height, width):
        return trimap
    full = np.full((height, width), UNKNOWN, np.uint8)
    for label in (BACKGROUND, FOREGROUND):
        share = cv2.resize((trimap == label).astype(np.uint8) * 255, (width, height), interpolation=cv2.INTER_LINEAR)
        full[share > 127] = label
    return full


def tidied(mask: Mask) -> Mask:
    """`mask` (bool, HxW) without specks and pinholes."""
    return ~_without_small(~_without_small(mask, of_largest=SMALLEST_PART), of_image=SMALLEST_HOLE)


def guided(score: Floats, rgb: Rgb, *, radius: int) -> Floats:
    """The score as a local linear function of the photo's grey (He, Sun, Tang: "Guided Image Filtering", 2010)."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255

    def mean(plane: Floats) -> Floats:
        blurred: Floats = cv2.blur(plane, (2 * radius + 1, 2 * radius + 1))
        return blurred

    grey_mean, score_mean = mean(grey), mean(score)
    slope = (mean(grey * score) - grey_mean * score_mean) / (mean(grey * grey) - grey_mean**2 + EDGE_SOFTNESS)
    soft: Floats = np.clip(mean(slope) * grey + mean(score_mean - slope * grey_mean), 0, 1)
    return soft


def has_all_classes(trimap: Trimap) -> bool:
    """Whether the trimap has background, unknown and foreground."""
    return all(bool((trimap == value).any()) for value in (BACKGROUND, UNKNOWN, FOREGROUND))


def central_ellipse(*, height: int, width: int) -> Trimap:
    """The trimap of a subject in the middle, for want of anything better: uint8, height x width."""
    drawn_height, drawn_width = drawing_size(height=height, width=width)
    rows, columns = np.ogrid[:drawn_height, :drawn_width]
    radius = np.hypot((rows + 0.5) / drawn_height - 0.5, (columns + 0.5) / drawn_width - 0.5)
    trimap = np.full((drawn_height, drawn_width), UNKNOWN, np.uint8)
    trimap[radius < 0.25] = FOREGROUND
    trimap[radius > 0.45] = BACKGROUND
    return enlarged(trimap, height=height, width=width)


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
