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
    if not check_alpha(alpha).shape == check_alpha(truth).shape == counted.shape:
        raise InvalidArrayError(
            f"matte {alpha.shape}, truth {truth.shape} and counted pixels {counted.shape} differ in size: "
            "compare a matte only with the truth and the trimap of the same photo"
        )
    # one pass that rounds halves to even, as np.rint does
    return Comparison(cv2.convertScaleAbs(alpha, alpha=255), cv2.convertScaleAbs(truth, alpha=255), counted)
