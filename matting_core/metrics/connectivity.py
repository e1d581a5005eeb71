"""Conn: how far the connection of each pixel to the subject's body is apart."""

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Trimap
from matting_core.metrics.body import last_step_in_body
from matting_core.metrics.comparison import Comparison, in_unknown

STEPS = 10  # thresholds 0.1, 0.2, ... 1.0
SLACK = 0.15


def connectivity_error(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """Difference in connection to the subject's body, in thousands: sum |phi_a - phi_t| / 1000.

    The body at threshold t is the largest 4-connected component where both mattes are >= t. With l the last
    threshold at which a pixel still belongs to the body, and d = value - l, phi is 1 - d where d >= 0.15 and
    1 elsewhere.
    """
    return connectivity_error_of(in_unknown(alpha, truth, trimap))


def connectivity_error_of(pair: Comparison) -> float:
    """`connectivity_error` over the pixels that count."""
    # level / 255 >= step / 10 in whole numbers: 153 passes 0.6, which floating point would decide by chance
    reached = (np.arange(256) * STEPS // 255).astype(np.uint8)
    last = last_step_in_body(cv2.LUT(np.minimum(pair.matte, pair.truth), reached), highest=STEPS)
    apart = np.flatnonzero(pair.counted & (pair.matte != pair.truth))
    row = last.reshape(-1)[apart].astype(np.int16) * 256
    of_matte, of_truth = (_CONNECTION.take(row + plane.reshape(-1)[apart]) for plane in (pair.matte, pair.truth))
    return float(np.abs(of_matte - of_truth).sum() / 1000)


def _connections() -> npt.NDArray[np.float64]:
    """phi for each last step and each level: float64, 11x256."""
    distance = np.arange(256) / 255 - np.arange(STEPS + 1)[:, None] / STEPS
    return 1 - distance * (distance >= SLACK)


_CONNECTION = _connections()
