"""Guided upsampling: bring a half-resolution alpha back to full resolution along the photo's own edges.

He, Sun & Tang, "Guided Image Filtering" (2013), with a colour guide: in every window alpha is a linear
function a.I + b of the colour; the coefficients are fitted at half resolution, enlarged, and applied to the
full photo.
"""

import functools

import torch
from torch import Tensor
from torch.nn import functional as F

RADIUS = 1
EPSILON = 1e-5


def guided_upsampling(alpha: Tensor, *, small: Tensor, large: Tensor) -> Tensor:
    """Enlarge `alpha` from the size of `small` to the size of `large`.

    alpha: float32, h x w, [0, 1]. small, large: the photo at both sizes, float32, 3 x h x w and 3 x H x W, sRGB
    in [0, 1]. Returns float32, H x W, [0, 1]. Works on any device.
    """
    coefficients = _smoothed(_coefficients(alpha.double(), small.double())).float()
    fitted = F.interpolate(coefficients[None], size=large.shape[1:], mode="bilinear", align_corners=False)[0]
    return ((fitted[:3] * large).sum(0) + fitted[3]).clamp(0, 1)


def _coefficients(alpha: Tensor, guide: Tensor) -> Tensor:
    """a (3) and b (1) of every window: 4 x h x w."""
    # double precision: where the colours of a window lie on a line, the determinant is below float32's rounding
    red, green, blue = guide
    products = [red * red, red * green, red * blue, green * green, green * blue, blue * blue]
    means = _smoothed(torch.stack([red, green, blue, alpha, *products, red * alpha, green * alpha, blue * alpha]))
    (r, g, b), mean, moments, mixed = means[:3], means[3], means[4:10], means[10:]
    covariance = [mixed[0] - r * mean, mixed[1] - g * mean, mixed[2] - b * mean]
    matrix = moments - torch.stack([r * r, r * g, r * b, g * g, g * b, b * b])
    matrix[[0, 3, 5]] += EPSILON
    slope = _solve_symmetric(matrix, covariance)
    offset = mean - slope[0] * r - slope[1] * g - slope[2] * b
    return torch.stack([*slope, offset])


def _smoothed(planes: Tensor) -> Tensor:
    """Mean over the window around each pixel, the border mirrored: C x h x w."""
    pad = "reflect" if min(planes.shape[1:]) > RADIUS else "replicate"
    around = F.pad(planes[None], (RADIUS,) * 4, mode=pad)[0]
    height, width = planes.shape[1:]
    span = 2 * RADIUS + 1
    rows = functools.reduce(torch.add, (around[:, step : step + height] for step in range(span)))
    total = functools.reduce(torch.add, (rows[:, :, step : step + width] for step in range(span)))
    return total / span**2


def _solve_symmetric(matrix: Tensor, right: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Solve the symmetric 3x3 system of every pixel by its adjugate.

    matrix: planes (00, 01, 02, 11, 12, 22), 6 x h x w. right: three planes.
    """
    a, b, c, d, e, f = matrix
    minor_00, minor_01, minor_02 = d * f - e * e, c * e - b * f, b * e - c * d
    minor_11, minor_12, minor_22 = a * f - c * c, b * c - a * e, a * d - b * b
    scale = 1 / (a * minor_00 + b * minor_01 + c * minor_02)
    x, y, z = right
    return (
        (minor_00 * x + minor_01 * y + minor_02 * z) * scale,
        (minor_01 * x + minor_11 * y + minor_12 * z) * scale,
        (minor_02 * x + minor_12 * y + minor_22 * z) * scale,
    )
