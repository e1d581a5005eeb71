"""The three classes of a matte: from an alpha, from a mask, and back onto an alpha.

Distances are Euclidean, from pixel centre to pixel centre, so that a band is a disc's width in every
direction. What lies outside the image counts as neither class: a subject that the frame cuts keeps its class
up to the frame.
"""

from enum import StrEnum

import cv2
import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Floats, Mask, Trimap
from matting_core.errors import InvalidArrayError


class Label(StrEnum):
    """What a person says of a pixel."""

    FOREGROUND = "foreground"
    BACKGROUND = "background"
    UNKNOWN = "unknown"

    @property
    def value_in_trimap(self) -> int:
        """0, 128 or 255."""
        return {"foreground": FOREGROUND, "background": BACKGROUND, "unknown": UNKNOWN}[self.value]


# One level of eight bits: what rounding and lossy storage leave of exactly 0 and 1.
NEARLY_ZERO = 1 / 255
NEARLY_ONE = 254 / 255


def from_alpha(alpha: Alpha, *, band: int = 0, low: float = NEARLY_ZERO, high: float = NEARLY_ONE) -> Trimap:
    """The trimap that an alpha matte implies: uint8, HxW, {0, 128, 255}.

    alpha: float32, HxW, [0, 1]. Background where alpha <= low, foreground where alpha >= high, both then
    worn down by `band` pixels; unknown elsewhere.
    """
    return _with_band(alpha >= high, alpha <= low, band)


def from_mask(mask: Mask, *, band: int) -> Trimap:
    """The trimap of a subject's mask: unknown within `band` pixels of its edge, on both sides.

    mask: bool, HxW, True on the subject. Returns uint8, HxW, {0, 128, 255}; without any unknown where band
    is 0.
    """
    return _with_band(mask, ~mask, band)


def band_for(width: int, height: int, *, share: float = 0.01) -> int:
    """Pixels of a band that is `share` of the longer side, at least 1."""
    return max(1, round(share * max(width, height)))


def unknown_share(trimap: Trimap) -> float:
    """Which part of the trimap (uint8, HxW, {0, 128, 255}) is unknown: 0 to 1."""
    return float(np.count_nonzero(trimap == UNKNOWN) / trimap.size)


def coarser(trimap: Trimap, *, times: int) -> Trimap:
    """The trimap at a `times`-th of its size, rounded up: uint8, {0, 128, 255}.

    trimap: uint8, HxW, {0, 128, 255}. A pixel of the result is known only if all that it covers are, and agree -
    unless a class would vanish by that, such as a line one pixel wide: it is then kept wherever it lies beside unknown
    pixels only, and if there is no such place, wherever it lies.
    """
    edges = [(0, -side % times) for side in trimap.shape]
    even = np.pad(trimap, edges, mode="edge") if any(after for _, after in edges) else trimap
    views = [even[row::times, column::times] for row in range(times) for column in range(times)]
    darkest, brightest = views[0].copy(), views[0].copy()
    for view in views[1:]:
        np.minimum(darkest, view, out=darkest)
        np.maximum(brightest, view, out=brightest)
    small = np.where(darkest == brightest, darkest, np.uint8(UNKNOWN))
    for label, extreme, opposite in ((FOREGROUND, brightest, darkest), (BACKGROUND, darkest, brightest)):
        if not (small == label).any() and (somewhere := extreme == label).any():
            alone = somewhere & (opposite == UNKNOWN)
            small[alone if alone.any() else somewhere] = label
    return small


def force_known(alpha: Alpha, trimap: Trimap) -> Alpha:
    """A copy of `alpha` (float32, HxW) that is exactly 0 and 1 where `trimap` (uint8, HxW) is known.

    Raises InvalidArrayError if the two differ in size.
    """
    if alpha.shape != trimap.shape:
        raise InvalidArrayError(f"an alpha of shape {alpha.shape} does not fit a trimap of shape {trimap.shape}")
    forced = alpha.copy()
    forced[trimap == BACKGROUND] = 0.0
    forced[trimap == FOREGROUND] = 1.0
    return forced


def settled_alpha(trimap: Trimap) -> Alpha | None:
    """The answer of a trimap (uint8, HxW, {0, 128, 255}) that leaves nothing to solve, else None.

    float32, HxW: the trimap itself if all is known, 0.5 if nothing is, and the one known class everywhere if
    the other is missing.
    """
    has_foreground, has_background = bool((trimap == FOREGROUND).any()), bool((trimap == BACKGROUND).any())
    if has_foreground and has_background:
        return None if (trimap == UNKNOWN).any() else (trimap == FOREGROUND).astype(np.float32)
    everywhere = 0.5 if has_foreground == has_background else float(has_foreground)
    return np.full(trimap.shape, everywhere, np.float32)


def depth_inside(mask: Mask) -> Floats:
    """Distance of each pixel to the nearest pixel outside `mask` (bool, HxW): float32, HxW, 0 outside.

    Infinite where nothing is outside.
    """
    if mask.all():
        return np.full(mask.shape, np.inf, np.float32)
    depth: Floats = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return depth


def _with_band(foreground: Mask, background: Mask, band: int) -> Trimap:
    if band > 0:
        # linear in the pixels whatever the band, unlike an erosion with a large ellipse
        foreground, background = depth_inside(foreground) > band, depth_inside(background) > band
    trimap = np.full(foreground.shape, UNKNOWN, np.uint8)
    trimap[background] = BACKGROUND
    trimap[foreground] = FOREGROUND
    return trimap
