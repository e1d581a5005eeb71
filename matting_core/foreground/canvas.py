"""A subject in the middle of a canvas, as shops show their goods."""

from math import ceil

import cv2
import numpy as np

from matting_core.arrays import Alpha, Rgb, check_alpha, check_rgb
from matting_core.box import Box
from matting_core.errors import InvalidArrayError
from matting_core.linear_light import resize_cutout, resize_photo

VISIBLE = 0.02  # less alpha than this is a matte's noise, which nobody sees, and does not count as subject


def subject_box(alpha: Alpha) -> Box:
    """The smallest box around all of alpha (float32, HxW, [0, 1]) that can be seen; empty if nothing can."""
    return Box.around(alpha > VISIBLE)


def place_on_canvas(foreground: Rgb, alpha: Alpha, *, width: int, height: int, margin: float) -> tuple[Rgb, Alpha]:
    """The subject alone, as large as it fits and in the middle: a cut-out of width x height pixels.

    foreground: the subject's own colours, uint8 or uint16, HxWx3. alpha: float32, HxW, [0, 1]. margin: what stays free
    on each side at least, 0 to below 0.5, as a share of the canvas's shorter side, rounded up to pixels. A subject is
    resized in linear light, enlarged if need be; its shape stays, within a pixel. Around it alpha is 0, under the
    colours of its box's edge, for whoever resizes later. A matte that shows nothing gives an empty canvas.

    Raises InvalidArrayError if an array breaks its contract, or nothing of the canvas would be left.
    """
    check_alpha(alpha, like=check_rgb(foreground))
    if min(width, height) < 1 or not 0 <= margin < 0.5:
        raise InvalidArrayError(f"a canvas of {width} x {height} with a margin of {margin} has no room: make it larger")
    free = min(ceil(margin * min(width, height)), (min(width, height) - 1) // 2)
    box = subject_box(alpha)
    if box.is_empty:
        return np.zeros((height, width, 3), foreground.dtype), np.zeros((height, width), np.float32)
    scale = min((width - 2 * free) / box.width, (height - 2 * free) / box.height)
    wide = min(max(1, round(box.width * scale)), width - 2 * free)
    high = min(max(1, round(box.height * scale)), height - 2 * free)
    rgb, opacity = resize_cutout(foreground[box.slices], alpha[box.slices], width=wide, height=high)
    left, top = (width - wide) // 2, (height - high) // 2
    sides = top, height - high - top, left, width - wide - left
    around = cv2.copyMakeBorder(np.ascontiguousarray(rgb), *sides, cv2.BORDER_REPLICATE)
    return around, cv2.copyMakeBorder(np.ascontiguousarray(opacity), *sides, cv2.BORDER_CONSTANT, value=0)


def cover_canvas(photo: Rgb, *, width: int, height: int) -> Rgb:
    """The middle of a photo (uint8 or uint16, HxWx3) as what is behind a subject: width x height pixels, none empty.

    As much of it as has the canvas's shape, within a pixel, resized in linear light. Raises InvalidArrayError.
    """
    high, wide = check_rgb(photo).shape[:2]
    share = min(wide / max(width, 1), high / max(height, 1))
    kept_wide, kept_high = max(1, min(wide, round(width * share))), max(1, min(high, round(height * share)))
    left, top = (wide - kept_wide) // 2, (high - kept_high) // 2
    return resize_photo(photo[top : top + kept_high, left : left + kept_wide], width=width, height=height)
