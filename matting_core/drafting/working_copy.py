"""The small copy on which drafts are made: what a subject is shows at a few hundred pixels."""

import cv2
import numpy as np

from matting_core.arrays import Floats, Mask, Rgb, check_rgb
from matting_core.box import Box
from matting_core.image_io import eight_bit


def shrunk(rgb: Rgb, *, side: int) -> Rgb:
    """`rgb` (uint8 or uint16, HxWx3) as uint8, its longer side at most `side` pixels."""
    check_rgb(rgb)
    height, width = rgb.shape[:2]
    scale = side / max(height, width)
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return eight_bit(rgb)


def lab_of(rgb: Rgb) -> Floats:
    """CIE Lab of a uint8 HxWx3 sRGB image: float32, L 0 to 100; distances are about those that eyes see."""
    lab: Floats = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return lab


def box_mask(box: Box, *, full: tuple[int, int], small: tuple[int, int]) -> Mask | None:
    """True inside `box`, which is given in a photo of the shape `full`, on a copy of the shape `small`.

    None where the box covers nothing of the photo.
    """
    inside = box.clipped(width=full[1], height=full[0])
    if inside.is_empty:
        return None
    down, across = small[0] / full[0], small[1] / full[1]
    mask = np.zeros(small, np.bool_)
    rows = slice(int(inside.top * down), max(int(np.ceil(inside.bottom * down)), 1))
    columns = slice(int(inside.left * across), max(int(np.ceil(inside.right * across)), 1))
    mask[rows, columns] = True
    return mask
