"""F after a stroke: estimated anew around what has changed, and nowhere else."""

from dataclasses import dataclass

import numpy as np

from matting_core.arrays import Alpha, Floats, Rgb, check_alpha, check_rgb
from matting_core.box import Box
from matting_core.errors import InvalidArrayError
from matting_core.foreground.estimate import estimate_foreground

FADE = 32  # pixels around the change over which old and new colours are blended
CONTEXT = 256  # further pixels that the new colours are drawn from
OPAQUE = 0.9  # what the method takes its first guess at the subject's colours from


@dataclass(frozen=True, slots=True)
class ForegroundPatch:
    """New colours (dtype of the photo, height and width of the box, 3) for one box of the foreground."""

    box: Box
    rgb: Rgb


def update_foreground(foreground: Rgb, rgb: Rgb, alpha: Alpha, *, changed: Box) -> ForegroundPatch:
    """The colours F around a change of alpha; outside the patch's box everything stays as it was.

    foreground: `estimate_foreground` of the old alpha, the dtype and shape of rgb. rgb: uint8 or uint16, HxWx3, sRGB.
    alpha: the new one, float32, HxW, [0, 1], equal to the old outside `changed`. The box is `changed` grown by `FADE`
    pixels, and clipped; towards its sides the new colours fade into the old. Exactly the photo where alpha is 1.

    Raises InvalidArrayError if an array breaks its contract, or sizes or depths differ.
    """
    check_alpha(alpha, like=check_rgb(rgb))
    if (foreground.shape, foreground.dtype) != (rgb.shape, rgb.dtype):
        raise InvalidArrayError(
            f"the foreground is {foreground.dtype} {foreground.shape}, but its photo is {rgb.dtype} {rgb.shape}: "
            "update only what was estimated from the same photo"
        )
    height, width = alpha.shape
    box = changed.clipped(width=width, height=height)
    if box.is_empty:
        return ForegroundPatch(box, foreground[box.slices].copy())
    box = box.grown(FADE).clipped(width=width, height=height)
    context = box.grown(CONTEXT).clipped(width=width, height=height)
    if not (alpha[context.slices] > OPAQUE).any():  # nothing there tells the subject's colours
        context = Box(0, 0, width, height)
    fresh = estimate_foreground(rgb[context.slices], alpha[context.slices])
    inside = Box(box.left - context.left, box.top - context.top, box.right - context.left, box.bottom - context.top)
    new, old = fresh[inside.slices], foreground[box.slices].astype(np.float32)
    colours = np.empty_like(new)
    colours[:] = np.rint(old + _fading(box, changed)[..., None] * (new - old))
    np.copyto(colours, rgb[box.slices], where=(alpha[box.slices] == 1)[..., None])
    return ForegroundPatch(box, colours)


def _fading(box: Box, changed: Box) -> Floats:
    """1 in what has changed, falling linearly to 0 just outside of what may change: float32, as large as the box."""

    def outside(low: int, high: int, first: int, last: int) -> Floats:
        at = np.arange(low, high, dtype=np.float32)
        return np.maximum(np.maximum(first - at, at - (last - 1)), 0)

    down = outside(box.top, box.bottom, changed.top, changed.bottom)
    across = outside(box.left, box.right, changed.left, changed.right)
    weight: Floats = np.clip(1 - np.maximum(down[:, None], across[None]) / (FADE + 1), 0, 1)
    return weight
