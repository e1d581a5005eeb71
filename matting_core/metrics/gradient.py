"""Grad: how far the sharpness of edges is apart."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Trimap
from matting_core.box import Box
from matting_core.metrics.comparison import Comparison, Levels, in_unknown
from matting_core.tiles import tiles

SIGMA = 1.4
REACH = 4  # pixels: where the Gaussian of this sigma falls below 0.01
TILE = 256  # pixels along one side: small enough for all planes of a tile to stay in a processor's cache

Plane = npt.NDArray[np.float64]


def gradient_error(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """Difference of the gradients' amplitudes, in thousands: sum (|grad a| - |grad t|)^2 / 1000.

    Gradients are derivatives of a Gaussian (sigma 1.4, 9x9, unit L2 norm) of each matte stretched to span
    [0, 1]: the stretching sees the whole matte, not only what is unknown.
    """
    return gradient_error_of(in_unknown(alpha, truth, trimap))


def gradient_error_of(pair: Comparison) -> float:
    """`gradient_error` over the pixels that count."""
    return sum(float(np.sum(squares)) for _, squares in squared_gradient_differences(pair)) / 1000


def squared_gradient_differences(pair: Comparison) -> Iterator[tuple[Box, Plane]]:
    """(|grad a| - |grad t|)^2 where pixels count: boxes that hold such pixels, each with their values, row by row."""
    height, width = pair.counted.shape
    matte, truth = _stretching(pair.matte), _stretching(pair.truth)
    for core in tiles(width=width, height=height, side=TILE):
        counted = pair.counted[core.slices]
        if not counted.any():
            continue
        reach = core.grown(REACH).clipped(width=width, height=height)
        inside = Box(core.left - reach.left, core.top - reach.top, core.right - reach.left, core.bottom - reach.top)
        apart = _amplitude(matte(pair.matte[reach.slices])) - _amplitude(truth(pair.truth[reach.slices]))
        yield core, apart[inside.slices][counted] ** 2


def _stretching(levels: Levels) -> Callable[[Levels], Plane]:
    """How levels become values that span [0, 1] over the whole of `levels`."""
    low, high = int(levels.min()), int(levels.max())
    value_of = (np.arange(256) - low) / max(high - low, 1)
    return lambda part: np.asarray(cv2.LUT(part, value_of), np.float64)


def _amplitude(values: Plane) -> Plane:
    x = np.arange(-REACH, REACH + 1)
    gauss = np.exp(-(x**2) / (2 * SIGMA**2))
    slope = x * gauss  # the derivative up to scale; its sign does not matter to the amplitude
    # the 9x9 kernel is the product of the two, and so is its norm
    gauss, slope = gauss / np.linalg.norm(gauss), slope / np.linalg.norm(slope)
    across = cv2.sepFilter2D(values, cv2.CV_64F, slope, gauss, borderType=cv2.BORDER_REPLICATE)
    down = cv2.sepFilter2D(values, cv2.CV_64F, gauss, slope, borderType=cv2.BORDER_REPLICATE)
    amplitude: Plane = cv2.magnitude(across, down)
    return amplitude
