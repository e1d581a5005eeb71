"""From a photo and a trimap to an alpha: whole, and around a stroke.

A stroke changes the trimap in one place; predicting the whole photo again would take seconds. Predicting a
crop and pasting it leaves steps at its border, because solver and network see less there. What does carry
over is the *change* between the crop's prediction with the old and with the new trimap::

    alpha <- alpha + m (f(crop, new trimap) - f(crop, old trimap))

where m is 1 near the stroke and falls to 0 inside the crop. Whatever the crop gets wrong, it gets wrong
twice, and the difference cancels. ``benchmarks/stroke_update.py`` measures how close this comes to a
full prediction, beside pasting.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from matting_core.arrays import (
    BACKGROUND,
    FOREGROUND,
    UNKNOWN,
    Alpha,
    Floats,
    Rgb,
    Trimap,
    check_alpha,
    check_rgb,
    check_trimap,
)
from matting_core.box import Box
from matting_core.matting import Matting

REACH = 48
"""Pixels around a stroke in which alpha may change fully; the change has decayed to little by then."""
RAMP = 32
"""Pixels over which the change fades out beyond that."""
CONTEXT = 48
"""Further pixels that the crop shows to the model but never changes."""


@dataclass(frozen=True, slots=True)
class AlphaPatch:
    """New alpha for one box: float32, [0, 1], the size of the box."""

    box: Box
    alpha: Alpha


def predict(matting: Matting, rgb: Rgb, trimap: Trimap) -> Alpha:
    """Alpha of the whole photo, whatever the model: contracts checked, known pixels exact.

    rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}. Returns float32, HxW, [0, 1]. Raises
    InvalidArrayError on arrays that break their contract, or if the model's answer does.
    """
    check_trimap(trimap, like=check_rgb(rgb))
    alpha = check_alpha(matting.predict(rgb, trimap), like=rgb).copy()
    alpha[trimap == BACKGROUND], alpha[trimap == FOREGROUND] = 0, 1
    return alpha


def update(
    matting: Matting, rgb: Rgb, *, old_trimap: Trimap, new_trimap: Trimap, alpha: Alpha, changed: Box
) -> AlphaPatch:
    """Alpha around a change of the trimap.

    rgb: uint8 or uint16, HxWx3, sRGB. old_trimap, new_trimap: uint8, HxW, {0, 128, 255}, equal outside
    `changed`. alpha: float32, HxW, [0, 1], what was shown for the old trimap (not modified). Returns the
    patch to put over it: known pixels of the new trimap are exact, and pixels further than REACH + RAMP from
    the change are untouched - unless the crop had to grow to the whole photo, which is then simply predicted
    anew.
    """
    height, width = new_trimap.shape
    changed = _tight(old_trimap, new_trimap, changed.clipped(width=width, height=height))
    if changed.is_empty:
        return AlphaPatch(changed, alpha[changed.slices].copy())
    inside = changed.grown(REACH + RAMP).clipped(width=width, height=height)
    if not any((trimap[inside.slices] == UNKNOWN).any() for trimap in (old_trimap, new_trimap)):
        return AlphaPatch(inside, (new_trimap[inside.slices] == FOREGROUND).astype(np.float32))
    crop = _crop((old_trimap, new_trimap), changed)
    after = predict(matting, rgb[crop.slices], new_trimap[crop.slices])
    if (crop.width, crop.height) == (width, height):
        return AlphaPatch(crop, after)
    before = predict(matting, rgb[crop.slices], old_trimap[crop.slices])
    fade = _fade((old_trimap != new_trimap)[crop.slices])
    old, labels = alpha[crop.slices], new_trimap[crop.slices]
    patch = np.clip(old + fade * (after - before), 0, 1)
    # a pixel that has just become unknown has no earlier estimate to correct: the crop's own is the best
    opened = (labels == UNKNOWN) & (old_trimap[crop.slices] != UNKNOWN)
    patch[opened] = after[opened]
    patch[labels == BACKGROUND], patch[labels == FOREGROUND] = 0, 1
    left, top = inside.left - crop.left, inside.top - crop.top
    part = Box(left, top, left + inside.width, top + inside.height)
    return AlphaPatch(inside, patch[part.slices].astype(np.float32))


def _tight(old: Trimap, new: Trimap, box: Box) -> Box:
    """The smallest box around the pixels that really changed."""
    rows, columns = np.nonzero(old[box.slices] != new[box.slices])
    if len(rows) == 0:
        return Box(box.left, box.top, box.left, box.top)
    return Box(
        box.left + int(columns.min()),
        box.top + int(rows.min()),
        box.left + int(columns.max()) + 1,
        box.top + int(rows.max()) + 1,
    )


def _crop(trimaps: tuple[Trimap, Trimap], changed: Box) -> Box:
    """A box with context around the change, grown until both trimaps show both known classes in it.

    Without one of them neither solver nor sampling has anything to go by.
    """
    height, width = trimaps[0].shape
    margin = REACH + RAMP + CONTEXT
    while True:
        crop = changed.grown(margin).clipped(width=width, height=height)
        crop = Box(crop.left & ~1, crop.top & ~1, crop.right, crop.bottom)
        if (crop.width, crop.height) == (width, height):
            return crop
        views = [trimap[crop.slices] for trimap in trimaps]
        if all((view == label).any() for view in views for label in (BACKGROUND, FOREGROUND)):
            return crop
        margin *= 2


def _fade(changed: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Floats:
    """1 up to REACH pixels from the change, linearly to 0 at REACH + RAMP: float32, HxW."""
    distance = cv2.distanceTransform((~changed).astype(np.uint8), cv2.DIST_L2, 5)
    fade: Floats = np.clip((REACH + RAMP - distance) / RAMP, 0, 1).astype(np.float32)
    return fade
