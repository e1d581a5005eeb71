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
    coefficients = _smoothed(_coefficients(alpha, small))
    fitted = F.interpolate(coefficients[None], size=large.shape[1:], mode="bilinear", align_corners=False)[0]
    return ((fitted[:3] * large).sum(0) + fitted[3]).clamp(0, 1)


def _coefficients(alpha: Tensor, guide: Tensor) -> Tensor:
    """a (3) and b (1) of every window: 4 x h x w.

    Least squares by a factorisation of the covariance, S + eps = L D L^T: where the colours of a window lie on a
    line, cofactors would need twice the digits.
    """
    red, green, blue = guide
    pairs = [red * red, red * green, red * blue, green * green, green * blue, blue * blue]
    means = _smoothed(torch.stack([red, green, blue, alpha, *pairs, red * alpha, green * alpha, blue * alpha]))
    r, g, b, mean = means[:4]
    rr, rg, rb, gg, gb, bb = (
        moment - product
        for moment, product in zip(means[4:10], (r * r, r * g, r * b, g * g, g * b, b * b), strict=True)
    )
    with_red, with_green, with_blue = means[10] - r * mean, means[11] - g * mean, means[12] - b * mean
    first = rr + EPSILON
    green_red, blue_red = rg / first, rb / first
    second = (gg - green_red * rg).clamp_(min=0) + EPSILON
    mixed = gb - green_red * rb
    blue_green = mixed / second
    third = (bb - blue_red * rb - blue_green * mixed).clamp_(min=0) + EPSILON
    # forward: L y = S_I,alpha; then L^T a = D^-1 y
    with_green = with_green - green_red * with_red
    with_blue = with_blue - blue_red * with_red - blue_green * with_green
    slope_blue = with_blue / third
    slope_green = with_green / second - blue_green * slope_blue
    slope_red = with_red / first - green_red * slope_green - blue_red * slope_blue
    offset = mean - slope_red * r - slope_green * g - slope_blue * b
    return torch.stack([slope_red, slope_green, slope_blue, offset])


def _smoothed(planes: Tensor) -> Tensor:
    """Mean over the window around each pixel, the border mirrored: C x h x w."""
    pad = "reflect" if min(planes.shape[1:]) > RADIUS else "replicate"
    around = F.pad(planes[None], (RADIUS,) * 4, mode=pad)[0]
    height, width = planes.shape[1:]
    span = 2 * RADIUS + 1
    rows = functools.reduce(torch.add, (around[:, step : step + height] for step in range(span)))
    total = functools.reduce(torch.add, (rows[:, :, step : step + width] for step in range(span)))
    return total / span**2
