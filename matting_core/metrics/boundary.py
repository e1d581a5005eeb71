"""Boundary accuracy: the error near the true edge, and further and further away from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Floats, Mask
from matting_core.errors import InvalidArrayError
from matting_core.metrics.comparison import everywhere
from matting_core.trimap import depth_inside

BANDS = ((0.0, 2.0), (2.0, 5.0), (5.0, 10.0), (10.0, 20.0), (20.0, 50.0))
HALF = 128  # the lowest 8-bit level at or above 0.5


@dataclass(frozen=True, slots=True)
class BandError:
    """Mean absolute difference, 0 to 1, over the `pixels` whose distance to the edge is in [near, far) pixels."""

    near: float
    far: float
    pixels: int
    mean: float


def boundary_errors(
    alpha: Alpha, truth: Alpha, *, bands: Sequence[tuple[float, float]] = BANDS
) -> tuple[BandError, ...]:
    """The error in bands of distance from the true edge, on both of its sides.

    The edge runs where the truth passes 0.5, halfway between pixels of either side. A band without pixels, as all are
    where the truth has no edge, has the mean 0.0. bands: (near, far) in pixels, 0 <= near < far.
    """
    for near, far in bands:
        if not 0 <= near < far:
            raise InvalidArrayError(f"a band reaches from a smaller distance to a larger one, not from {near} to {far}")
    pair = everywhere(alpha, truth)
    distance = _distance_from_edge(pair.truth >= HALF)
    apart = np.abs(pair.matte.astype(np.int16) - pair.truth)
    return tuple(_band_error(apart[(distance >= near) & (distance < far)], near, far) for near, far in bands)


def _distance_from_edge(inside: Mask) -> Floats:
    """Pixels from each pixel's centre to the edge of `inside`; infinite where there is no edge."""
    if inside.all() or not inside.any():
        return np.full(inside.shape, np.inf, np.float32)
    return np.maximum(depth_inside(inside), depth_inside(~inside)) - np.float32(0.5)


def _band_error(apart: npt.NDArray[np.int16], near: float, far: float) -> BandError:
    return BandError(near, far, pixels=apart.size, mean=float(apart.mean() / 255) if apart.size else 0.0)
