"""One level of multi-level foreground estimation, compiled: F and B of every pixel, given their neighbours'."""

import numpy as np
import numpy.typing as npt
from numba import njit

from matting_core.arrays import Alpha

Colours = npt.NDArray[np.float32]

REGULARISATION = 1e-5  # the published defaults
GRADIENT_WEIGHT = 1.0
_SIGNATURE = "void(f4[:, :, ::1], f4[:, ::1], f4[:, :, ::1], f4[:, :, ::1], i8)"


@njit(_SIGNATURE, cache=True, nogil=True, error_model="numpy")
def relax(image: Colours, alpha: Alpha, F: Colours, B: Colours, rounds: int) -> None:
    """Bring F and B closer, in place, to what explains the image and changes only where alpha does.

    image, F, B: float32, HxWx3, [0, 1]; alpha: float32, HxW. Each pixel minimises (alpha F + (1 - alpha) B - I)^2 +
    sum over its four neighbours j of (e + |alpha - alpha_j|)((F - F_j)^2 + (B - B_j)^2): Germer et al., "Fast
    Multi-Level Foreground Estimation", ICPR 2020, equation 4. Pixels take turns like the fields of a chessboard, so
    that after each round a pixel knows of others up to two pixels away, and of none further.
    """
    height, width = alpha.shape
    for turn in range(2 * rounds):
        for y in range(height):
            for x in range((y + turn) % 2, width, 2):
                a, total = alpha[y, x], np.float32(0)
                f0 = f1 = f2 = b0 = b1 = b2 = np.float32(0)
                for down, across in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                    v, u = min(max(y + down, 0), height - 1), min(max(x + across, 0), width - 1)
                    weight = np.float32(REGULARISATION) + np.float32(GRADIENT_WEIGHT) * abs(a - alpha[v, u])
                    total += weight
                    f0, f1, f2 = f0 + weight * F[v, u, 0], f1 + weight * F[v, u, 1], f2 + weight * F[v, u, 2]
                    b0, b1, b2 = b0 + weight * B[v, u, 0], b1 + weight * B[v, u, 1], b2 + weight * B[v, u, 2]
                # Measured from the neighbours' mean, the 2x2 system of a pixel has a solution in one line: what the
                # means leave unexplained goes to F and B in proportion to their shares.
                b = 1 - a
                stiffness = a * a + b * b + total
                for channel, f_mean, b_mean in (
                    (0, f0 / total, b0 / total),
                    (1, f1 / total, b1 / total),
                    (2, f2 / total, b2 / total),
                ):
                    rest = (image[y, x, channel] - a * f_mean - b * b_mean) / stiffness
                    F[y, x, channel] = min(max(f_mean + a * rest, 0), 1)
                    B[y, x, channel] = min(max(b_mean + b * rest, 0), 1)
