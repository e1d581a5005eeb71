"""SAD and MSE: how far the values themselves are apart."""

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Trimap
from matting_core.metrics.comparison import Comparison, in_unknown


def sad(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """Sum of absolute differences, in thousands: sum |a - t| / 1000."""
    return sad_of(in_unknown(alpha, truth, trimap))


def mse(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """Mean squared difference over the unknown pixels: sum (a - t)^2 / n. Papers print 1000 times this."""
    return mse_of(in_unknown(alpha, truth, trimap))


def sad_of(pair: Comparison) -> float:
    """`sad` over the pixels that count."""
    return float(_differences(pair).sum(dtype=np.int64) / 255 / 1000)


def mse_of(pair: Comparison) -> float:
    """`mse` over the pixels that count; 0.0 where none does."""
    apart = _differences(pair)
    return float(np.mean((apart / 255) ** 2)) if apart.size else 0.0


def _differences(pair: Comparison) -> npt.NDArray[np.uint8]:
    apart: npt.NDArray[np.uint8] = cv2.absdiff(pair.matte, pair.truth)[pair.counted]
    return apart
