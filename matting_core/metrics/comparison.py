"""What every error starts from: two mattes in 8-bit levels, and the pixels that count."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import UNKNOWN, Alpha, Mask, Trimap, check_alpha, check_trimap
from matting_core.errors import InvalidArrayError

Levels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Comparison:
    """matte, truth: uint8, HxW, 0 to 255. counted: bool, HxW, the pixels that an error sums over."""

    matte: Levels
    truth: Levels
    counted: Mask


def in_unknown(alpha: Alpha, truth: Alpha, trimap: Trimap) -> Comparison:
    """Compare in the unknown pixels of a trimap, as the benchmarks do. Raises InvalidArrayError."""
    check_trimap(trimap)
    return _compared(alpha, truth, trimap == UNKNOWN)


def everywhere(alpha: Alpha, truth: Alpha) -> Comparison:
    """Compare in all pixels. Raises InvalidArrayError."""
    return _compared(alpha, truth, np.ones(truth.shape, np.bool_))


def _compared(alpha: Alpha, truth: Alpha, counted: Mask) -> Comparison:
    check_alpha(alpha)
    check_alpha(truth)
    if not alpha.shape == truth.shape == counted.shape:
        raise InvalidArrayError(
            f"matte {alpha.shape}, truth {truth.shape} and trimap {counted.shape} differ in size: "
            "compare a matte only with the truth of the same photo"
        )
    return Comparison(*(cv2.convertScaleAbs(plane, alpha=255) for plane in (alpha, truth)), counted)
