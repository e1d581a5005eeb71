"""Guided upsampling: bring a half-resolution alpha back to full resolution along the photo's own edges.

He, Sun & Tang, "Guided Image Filtering" (2013), with a colour guide: in every window alpha is a linear
function a.I + b of the colour; the coefficients are fitted at half resolution, enlarged, and applied to the
full photo.
"""

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats

Doubles = npt.NDArray[np.float64]

RADIUS = 1
EPSILON = 1e-5


def guided_upsampling(alpha: Floats, *, small: Floats, large: Floats) -> Floats:
    """Enlarge `alpha` from the size of `small` to the size of `large`.

    alpha: float32, hxw, [0, 1]. small, large: the photo at both sizes, float32, hxwx3 and HxWx3, sRGB in
    [0, 1]. Returns float32, HxW, [0, 1].
    """
    # double precision: on a grey photo the channels agree and the determinant is below float32's rounding
    guide, plane = small.astype(np.float64), alpha.astype(np.float64)
    mean_guide, mean_alpha = _mean(guide), _mean(plane)
    covariance = _mean(guide * plane[..., None]) - mean_guide * mean_alpha[..., None]

    def moment(i: int, j: int) -> Doubles:
        ridge = EPSILON if i == j else 0.0
        return _mean(guide[..., i] * guide[..., j]) - mean_guide[..., i] * mean_guide[..., j] + ridge

    slope = _solve_symmetric(
        (moment(0, 0), moment(0, 1), moment(0, 2), moment(1, 1), moment(1, 2), moment(2, 2)), covariance
    )
    offset = mean_alpha - (slope * mean_guide).sum(-1)
    full: Floats = np.clip((_enlarged(slope, large) * large).sum(-1) + _enlarged(offset, large), 0, 1)
    return full


def _mean(plane: Doubles) -> Doubles:
    mean: Doubles = cv2.boxFilter(plane, -1, (2 * RADIUS + 1, 2 * RADIUS + 1))
    return mean


def _enlarged(coefficients: Doubles, like: Floats) -> Floats:
    """The coefficients, averaged over the windows that a pixel lies in, at the size of `like`."""
    mean = _mean(coefficients).astype(np.float32)
    large: Floats = cv2.resize(mean, (like.shape[1], like.shape[0]))
    return large


def _solve_symmetric(matrix: tuple[Doubles, ...], right: Doubles) -> Doubles:
    """Solve the symmetric 3x3 system of every pixel by its adjugate.

    matrix: planes (00, 01, 02, 11, 12, 22), each HxW. right: HxWx3. Returns HxWx3.
    """
    a, b, c, d, e, f = matrix
    minor_00, minor_01, minor_02 = d * f - e * e, c * e - b * f, b * e - c * d
    minor_11, minor_12, minor_22 = a * f - c * c, b * c - a * e, a * d - b * b
    determinant = a * minor_00 + b * minor_01 + c * minor_02
    x, y, z = right[..., 0], right[..., 1], right[..., 2]
    solution = np.stack(
        [
            minor_00 * x + minor_01 * y + minor_02 * z,
            minor_01 * x + minor_11 * y + minor_12 * z,
            minor_02 * x + minor_12 * y + minor_22 * z,
        ],
        -1,
    )
    return solution / determinant[..., None]
