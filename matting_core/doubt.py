"""Where is a matte doubtful? An estimate of how far off each pixel of an alpha may be, without knowing the truth.

Two signs are added up::

    doubt = CLOSE_CALL sqrt(u d) + DISAGREEMENT |second - alpha|

u is the softness 4 alpha (1 - alpha) about the pixel: a matte that is sure of itself is mostly right. d is the distance
to the nearest known pixel: the further from what was told, the more was guessed. ``second`` is a second opinion, the
quick classical prior of a small copy: where a solver that only knows colours comes to another answer than the model,
one of them is wrong. The two weights were fitted on photos with true mattes; ``benchmarks/doubt_quality.py`` compares
the sum with its parts and with other signs.

Everything happens on a copy of about a thousand pixels, so that a large photo takes hardly longer than a small one.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from matting_core.arrays import UNKNOWN, Alpha, Floats, Mask, Rgb, Trimap, check_alpha, check_rgb, check_trimap
from matting_core.prior.classical_prior import classical_prior
from matting_core.trimap import coarser, depth_inside

LARGEST_SIDE = 1024
"""Longer side of the copy. Distances and blurs are in its pixels."""
MOST_UNKNOWN = 200_000
"""Unknown pixels of the copy: they are what the second opinion costs."""

BLUR = 1.0
"""Standard deviation in pixels over which softness is averaged: the pixel beside a soft one is often the wrong one."""
CLOSE_CALL = 0.024
DISAGREEMENT = 0.22


@dataclass(frozen=True, slots=True)
class Signs:
    """What makes a matte doubtful, float32 planes of the copy; see `doubt.py` for their meaning.

    close_call: sqrt(u d), from 0. disagreement: [0, 1].
    """

    close_call: Floats
    disagreement: Floats


def doubt(rgb: Rgb, trimap: Trimap, alpha: Alpha) -> Floats:
    """The expected absolute error of each pixel of `alpha`: float32, HxW, [0, 1], 0 where the trimap is known.

    rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}. alpha: float32, HxW, [0, 1], predicted from
    both by any model. Deterministic but for rounding. Good for ranking places in one photo; from photo to photo, the
    mean may be off by a factor of two. Raises InvalidArrayError on arrays that break their contract, and Cancelled.
    """
    unknown = check_trimap(trimap, like=check_rgb(rgb)) == UNKNOWN
    check_alpha(alpha, like=rgb)
    if not unknown.any():
        return np.zeros(trimap.shape, np.float32)
    signs = signs_of_doubt(rgb, trimap, alpha)
    found = CLOSE_CALL * signs.close_call + DISAGREEMENT * signs.disagreement
    enlarged: Floats = cv2.resize(found, (trimap.shape[1], trimap.shape[0]), interpolation=cv2.INTER_LINEAR)
    enlarged *= unknown
    return np.minimum(enlarged, 1, out=enlarged)


def signs_of_doubt(rgb: Rgb, trimap: Trimap, alpha: Alpha) -> Signs:
    """The signs that `doubt` adds up, whose arrays it takes; the trimap has an unknown pixel. Raises Cancelled."""
    unknown = trimap == UNKNOWN
    labels = coarser(trimap, times=_times(unknown))
    open_share = _shrunk(unknown.astype(np.float32), labels)
    # of the photo's own pixels: an edge that is sharp there is half transparent in the copy
    softness = _averaged(_shrunk(_softness(alpha, unknown), labels), open_share)
    depth = np.minimum(depth_inside(open_share > 0), max(labels.shape))
    return Signs(np.sqrt(softness * depth), _disagreement(rgb, alpha, labels))


def _times(unknown: Mask) -> int:
    """By how much the copy is smaller than the photo."""
    side = max(unknown.shape) / LARGEST_SIDE
    times: int = max(1, math.ceil(side), math.ceil(math.sqrt(np.count_nonzero(unknown) / MOST_UNKNOWN)))
    return times


def _softness(alpha: Alpha, unknown: Mask) -> Floats:
    """4 alpha (1 - alpha) in the unknown region, 0 elsewhere: float32, HxW."""
    softness = 1 - alpha
    softness *= alpha
    softness *= unknown
    softness *= 4
    return softness


def _shrunk(plane: Floats, like: Trimap) -> Floats:
    """The mean of `plane` over each pixel of the copy."""
    if plane.shape == like.shape:
        return plane
    small: Floats = cv2.resize(plane, (like.shape[1], like.shape[0]), interpolation=cv2.INTER_AREA)
    return small


def _averaged(summed: Floats, weights: Floats) -> Floats:
    """Mean around each pixel over what has weight, 0 where nothing has. summed: values times weights."""
    around, weight = (cv2.GaussianBlur(plane, (0, 0), BLUR) for plane in (summed, weights))
    averaged: Floats = np.where(weights > 0, around / np.maximum(weight, 1e-6), 0).astype(np.float32)
    return averaged


def _disagreement(rgb: Rgb, alpha: Alpha, labels: Trimap) -> Floats:
    """How far the quick classical prior of the copy is from `alpha`: float32, the copy's size."""
    size = (labels.shape[1], labels.shape[0])
    copy = rgb if rgb.shape[:2] == labels.shape else cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    second = classical_prior(copy, labels, quick=True).weak.numpy()
    # the prior's planes have half of the copy's size: comparing there spares enlarging along the edges
    first = cv2.resize(alpha, (second.shape[1], second.shape[0]), interpolation=cv2.INTER_AREA)
    apart: Floats = cv2.resize(np.abs(second - first), size, interpolation=cv2.INTER_LINEAR)
    return apart
