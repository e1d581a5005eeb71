"""Alpha around a change of the trimap, without predicting the whole photo again.

A stroke changes the trimap in one place; predicting the whole photo again would take seconds. Predicting a
crop and pasting it leaves steps at its border, because solver and network see less there. What does carry
over is the *change* between the crop's prediction with the old and with the new trimap::

    alpha <- alpha + m (f(crop, new trimap) - f(crop, old trimap))

where m is 1 near the stroke and falls to 0 inside the crop. Whatever the crop gets wrong, it gets wrong
twice, and the difference cancels. What is left of it is gone when the operator pauses and the whole photo is
predicted anew. ``benchmarks/local_update.py`` measures how long an update takes and how close it comes to a full
prediction, beside pasting.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Floats, Mask, Rgb, Trimap
from matting_core.box import Box
from matting_core.cancelling import Cancellation
from matting_core.matting import Matting, live_form
from matting_core.predictor import predict
from matting_core.trimap import coarser, force_known

REACH = 48
"""Pixels around a stroke in which alpha may change fully; the change has decayed to little by then."""
RAMP = 32
"""Pixels over which the change fades out beyond that."""
CONTEXT = 48
"""Further pixels that the crop shows to the model but never changes."""
LARGEST_SIDE = 512
"""A crop with a longer side is predicted at a fraction of its size, so that no stroke takes long."""
MOST_UNKNOWN = 32_000
"""So is a crop with more unknown pixels: the larger the photo, the wider its bands and the softer its pixels."""


@dataclass(frozen=True, slots=True)
class AlphaPatch:
    """New alpha for one box: float32, [0, 1], the size of the box."""

    box: Box
    alpha: Alpha


def update_alpha(
    matting: Matting,
    rgb: Rgb,
    *,
    trimap: Trimap,
    covered: Trimap,
    changed: Box,
    alpha: Alpha,
    cancellation: Cancellation | None = None,
) -> AlphaPatch:
    """Alpha around a change of the trimap; takes as long at 24 megapixels as at one.

    rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}, as it is now. covered: what it was before
    inside `changed`, which lies inside the photo. alpha: float32, HxW, [0, 1], what was shown before (not
    modified). Returns the patch to put over it: known pixels of the trimap are exact, and pixels further than
    REACH + RAMP from the change are untouched. Raises Cancelled, and InvalidArrayError if the model's answer breaks its
    contract.
    """
    height, width = trimap.shape
    differs = trimap[changed.slices] != covered
    tight = Box.around(differs)
    if tight.is_empty:
        box = Box(changed.left, changed.top, changed.left, changed.top)
        return AlphaPatch(box, alpha[box.slices].copy())
    tight = tight.moved(changed.left, changed.top)
    inside = tight.grown(REACH + RAMP).clipped(width=width, height=height)
    before = _Earlier(trimap, covered, changed)
    if not any((view == UNKNOWN).any() for view in (trimap[inside.slices], before.inside(inside))):
        return AlphaPatch(inside, (trimap[inside.slices] == FOREGROUND).astype(np.float32))
    crop = _crop(trimap, before, tight)
    labels, old_labels = trimap[crop.slices], before.inside(crop)
    new, old = (_predicted(matting, rgb[crop.slices], view, cancellation) for view in (labels, old_labels))
    patch = alpha[crop.slices] + _fade(labels != old_labels) * (new - old)
    # a pixel that has just become unknown has no earlier estimate to correct: the crop's own is the best
    opened = (labels == UNKNOWN) & (old_labels != UNKNOWN)
    patch[opened] = new[opened]
    patch = force_known(np.clip(patch, 0, 1).astype(np.float32), labels)
    return AlphaPatch(inside, patch[inside.moved(-crop.left, -crop.top).slices])


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The trimap before the change, without a copy of the whole of it."""

    trimap: Trimap
    covered: Trimap
    changed: Box

    def inside(self, box: Box) -> Trimap:
        labels = self.trimap[box.slices].copy()
        both = Box(
            max(box.left, self.changed.left),
            max(box.top, self.changed.top),
            min(box.right, self.changed.right),
            min(box.bottom, self.changed.bottom),
        )
        if not both.is_empty:
            here, there = both.moved(-box.left, -box.top), both.moved(-self.changed.left, -self.changed.top)
            labels[here.slices] = self.covered[there.slices]
        return labels


def _predicted(matting: Matting, rgb: Rgb, trimap: Trimap, cancellation: Cancellation | None) -> Alpha:
    """The quick form's prediction of a crop; of a smaller copy, enlarged, where the crop is large."""
    height, width = trimap.shape
    unknown = np.count_nonzero(trimap == UNKNOWN)
    times = math.ceil(max(height / LARGEST_SIDE, width / LARGEST_SIDE, math.sqrt(unknown / MOST_UNKNOWN)))
    quick = live_form(matting)
    if times <= 1:
        return predict(quick, rgb, trimap, cancellation=cancellation)
    small = coarser(trimap, times=times)
    copy = cv2.resize(rgb, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    alpha = predict(quick, copy, small, cancellation=cancellation)
    enlarged: Alpha = cv2.resize(alpha, (width, height), interpolation=cv2.INTER_LINEAR)
    return enlarged


def _crop(trimap: Trimap, before: _Earlier, changed: Box) -> Box:
    """A box with context around the change, grown until both trimaps show both known classes in it.

    Without one of them neither solver nor sampling has anything to go by.
    """
    height, width = trimap.shape
    margin = REACH + RAMP + CONTEXT
    while True:
        crop = changed.grown(margin).clipped(width=width, height=height)
        crop = Box(crop.left & ~1, crop.top & ~1, crop.right, crop.bottom)
        if (crop.width, crop.height) == (width, height):
            return crop
        views = (trimap[crop.slices], before.inside(crop))
        if all((view == label).any() for view in views for label in (BACKGROUND, FOREGROUND)):
            return crop
        margin *= 2


def _fade(changed: Mask) -> Floats:
    """1 up to REACH pixels from the change, linearly to 0 at REACH + RAMP: float32, HxW."""
    distance = cv2.distanceTransform((~changed).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    fade: Floats = np.clip((REACH + RAMP - distance) / RAMP, 0, 1).astype(np.float32)
    return fade
