"""Trimaps as people draw them: uneven bands, holes left unknown, specks overlooked."""

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Trimap
from training.pretext.shapes import ellipse

NARROW, WIDE = 9, 26
"""Largest half width of the band in pixels of a 256 px sample; one half of the samples each."""


def sloppy_trimap(rng: np.random.Generator, alpha: npt.NDArray[np.uint8]) -> Trimap:
    """A trimap that an operator might have drawn for `alpha` (uint8, HxW): uint8, HxW, {0, 128, 255}."""
    side = alpha.shape[0]
    width = int(np.exp(rng.uniform(0, np.log(NARROW if rng.random() < 0.5 else WIDE)))) + 1
    low, high = (5, 250) if rng.random() < 0.8 else (12, 243)
    fore, back = (alpha > high).astype(np.uint8), (alpha < low).astype(np.uint8)
    if rng.random() < 0.4:  # small holes and specks are not marked
        brush = ellipse(int(rng.integers(2, 8)))
        fore, back = (cv2.morphologyEx(mask, cv2.MORPH_OPEN, brush) for mask in (fore, back))
    if rng.random() < 0.5:
        fore, back = (_large_parts(mask, int(side * side * 0.02)) for mask in (fore, back))
    back_width = max(1, int(width * rng.uniform(0.5, 1.3)))
    known_fore, known_back = _shrunk(fore, width), _shrunk(back, back_width)
    if rng.random() < 0.5:  # a band twice as careful in some places
        coarse = rng.random((5, 5)).astype(np.float32)
        careless = cv2.resize(coarse, alpha.shape[::-1], interpolation=cv2.INTER_CUBIC) > 0.5
        known_fore = np.where(careless, known_fore, _shrunk(fore, max(1, width // 2)))
        known_back = np.where(careless, known_back, _shrunk(back, max(1, back_width // 2)))
    if rng.random() < 0.5:
        known_fore, known_back = (
            cv2.morphologyEx(mask, cv2.MORPH_OPEN, ellipse(2)) for mask in (known_fore, known_back)
        )
    trimap = np.where(known_fore > 0, FOREGROUND, np.where(known_back > 0, BACKGROUND, UNKNOWN))
    return trimap.astype(np.uint8)


def _shrunk(mask: npt.NDArray[np.uint8], radius: int) -> npt.NDArray[np.uint8]:
    """Erosion that does not eat from the picture's border, where nobody knows what follows."""
    shrunk: npt.NDArray[np.uint8] = cv2.erode(mask, ellipse(radius), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return shrunk


def _large_parts(mask: npt.NDArray[np.uint8], area: int) -> npt.NDArray[np.uint8]:
    """The connected parts of `mask` with at least `area` pixels."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    keep = stats[:, cv2.CC_STAT_AREA] >= area
    keep[0] = False
    parts: npt.NDArray[np.uint8] = keep[labels].astype(np.uint8)
    return parts
