"""How far a matte is from the truth: SAD, MSE, Grad and Conn as the matting benchmarks define them.

The definitions are those of Rhemann et al., "A Perceptually Motivated Online Benchmark for Image Matting",
CVPR 2009, with the constants of the evaluation code that Composition-1k is scored with. They are defined on
8-bit mattes, so both mattes are rounded to 8 bits first, and all sums run over the unknown pixels of the
trimap. Nothing is forced: bring a matte that is exact at its known pixels
(`matting_core.trimap.force_known`), for Grad and Conn look beyond the unknown region.

Everywhere below: alpha, truth float32, HxW, [0, 1]; trimap uint8, HxW, {0, 128, 255}; lower is better; 0.0
where the trimap has no unknown pixel.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import UNKNOWN, Alpha, Mask, Trimap, check_alpha, check_trimap
from matting_core.errors import InvalidArrayError

GRADIENT_SIGMA = 1.4
GRADIENT_REACH = 4  # pixels: where the Gaussian of this sigma falls below 0.01
CONNECTIVITY_STEPS = 10  # thresholds 0.1, 0.2, ... 1.0
CONNECTIVITY_SLACK = 0.15

Levels = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class MatteErrors:
    """The four errors of one matte; see the functions of the same names."""

    sad: float
    mse: float
    grad: float
    conn: float


def measure(alpha: Alpha, truth: Alpha, trimap: Trimap) -> MatteErrors:
    """All four errors at once. Raises InvalidArrayError if an array breaks its contract or size."""
    return MatteErrors(
        sad=sad(alpha, truth, trimap),
        mse=mse(alpha, truth, trimap),
        grad=gradient_error(alpha, truth, trimap),
        conn=connectivity_error(alpha, truth, trimap),
    )


def sad(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """Sum of absolute differences, in thousands: sum |a - t| / 1000."""
    a, t, unknown = _levels(alpha, truth, trimap)
    return float(np.abs(a - t)[unknown].sum() / 255 / 1000)


def mse(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """Mean squared difference over the unknown pixels: sum (a - t)^2 / n. Papers print 1000 times this."""
    a, t, unknown = _levels(alpha, truth, trimap)
    if not unknown.any():
        return 0.0
    return float(np.mean(((a - t)[unknown] / 255) ** 2))


def gradient_error(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """Difference of the gradients' amplitudes, in thousands: sum (|grad a| - |grad t|)^2 / 1000.

    Gradients are derivatives of a Gaussian (sigma 1.4, 9x9, unit L2 norm) of each matte stretched to span
    [0, 1].
    """
    a, t, unknown = _levels(alpha, truth, trimap)
    return float(np.sum((_amplitude(a) - _amplitude(t))[unknown] ** 2) / 1000)


def connectivity_error(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """Difference in connection to the subject's body, in thousands: sum |phi_a - phi_t| / 1000.

    The body at threshold t is the largest 4-connected component where both mattes are >= t. With l the last
    threshold at which a pixel still belongs to the body, and d = value - l, phi is 1 - d where d >= 0.15 and
    1 elsewhere.
    """
    a, t, unknown = _levels(alpha, truth, trimap)
    last = np.ones(a.shape)
    staying = np.ones(a.shape, np.bool_)
    for step in range(1, CONNECTIVITY_STEPS + 1):
        # level / 255 >= step / 10 in whole numbers: 153 passes 0.6, which floating point would decide by
        # chance
        reached = np.minimum(a, t) * CONNECTIVITY_STEPS >= 255 * step
        leaving = staying & ~_largest_component(reached)
        last[leaving] = (step - 1) / CONNECTIVITY_STEPS
        staying &= ~leaving
    return float(np.abs(_connection(a, last) - _connection(t, last))[unknown].sum() / 1000)


def _levels(alpha: Alpha, truth: Alpha, trimap: Trimap) -> tuple[Levels, Levels, Mask]:
    """Both mattes in whole 8-bit levels, and the unknown pixels."""
    check_alpha(alpha)
    check_alpha(truth)
    check_trimap(trimap)
    if not alpha.shape == truth.shape == trimap.shape:
        raise InvalidArrayError(
            f"matte {alpha.shape}, truth {truth.shape} and trimap {trimap.shape} differ in size: "
            "compare a matte only with the truth of the same photo"
        )
    a, t = (np.rint(plane * 255).astype(np.int32) for plane in (alpha, truth))
    return a, t, trimap == UNKNOWN


def _amplitude(levels: Levels) -> npt.NDArray[np.float64]:
    low, high = int(levels.min()), int(levels.max())
    stretched = (levels - low) / max(high - low, 1)
    x = np.arange(-GRADIENT_REACH, GRADIENT_REACH + 1)
    gauss = np.exp(-(x**2) / (2 * GRADIENT_SIGMA**2))
    slope = x * gauss  # the derivative up to scale; its sign does not matter to the amplitude
    # the 9x9 kernel is the product of the two, and so is its norm
    gauss, slope = gauss / np.linalg.norm(gauss), slope / np.linalg.norm(slope)
    across = cv2.sepFilter2D(stretched, cv2.CV_64F, slope, gauss, borderType=cv2.BORDER_REPLICATE)
    down = cv2.sepFilter2D(stretched, cv2.CV_64F, gauss, slope, borderType=cv2.BORDER_REPLICATE)
    amplitude: npt.NDArray[np.float64] = np.hypot(across, down)
    return amplitude


def _largest_component(mask: Mask) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    if count == 1:  # label 0 is what lies outside the mask and never competes
        return np.zeros_like(mask)
    largest: Mask = labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return largest


def _connection(levels: Levels, last: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    distance = levels / 255 - last
    return 1 - distance * (distance >= CONNECTIVITY_SLACK)
