"""Random scale, shear and flip of a batch of square planes, on any device.

The ranges are those of the authors' released code of "Disentangled Pre-training for Image Matting"
(arXiv 2304.00784), which turns no picture as small as its own.
"""

from collections.abc import Sequence
from enum import StrEnum

import torch
from torch import Tensor
from torch.nn import functional as F

SCALE = (0.8, 1.25)
SHEAR = 10.0
"""Degrees, either way."""


class Interpolation(StrEnum):
    """How a warp reads between pixels. The paper's code also draws Lanczos, which PyTorch does not have."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"


def draw_transforms(generator: torch.Generator, count: int) -> Tensor:
    """Affine transforms about the centre, from places of the warped to places of the original: count x 2 x 3.

    float32 on the generator's device, in `affine_grid`'s coordinates. Scales of x and y are independent, each flip
    comes with probability one half, nothing is turned or moved.
    """
    scale_x, scale_y, shear, flip_x, flip_y = torch.rand(5, count, generator=generator, device=generator.device)
    low, high = SCALE
    x = torch.where(flip_x < 0.5, -1, 1) / (low + (high - low) * scale_x)
    y = torch.where(flip_y < 0.5, -1, 1) / (low + (high - low) * scale_y)
    slope = torch.tan(torch.deg2rad(SHEAR * (2 * shear - 1)))
    nothing = torch.zeros_like(x)
    return torch.stack([x, x * slope, nothing, nothing, y, nothing], 1).view(count, 2, 3)


def draw_interpolations(generator: torch.Generator, count: int) -> list[Interpolation]:
    """One for each of `count` planes, all equally likely."""
    choices = tuple(Interpolation)
    drawn = torch.randint(len(choices), (count,), generator=generator, device=generator.device)
    return [choices[index] for index in drawn.tolist()]


def warp(planes: Tensor, transforms: Tensor, *, interpolations: Sequence[Interpolation]) -> Tensor:
    """Each plane by its own transform and interpolation; what comes from outside is 0.

    planes: float32, N x C x S x S; returned the same. transforms: N x 2 x 3, see `draw_transforms`.
    interpolations: N. Bicubic leaves the range of its input at edges, and every interpolation's weights add up to 1
    only up to rounding.
    """
    places = F.affine_grid(transforms, list(planes.shape), align_corners=False)
    warped = torch.empty_like(planes)
    for interpolation in set(interpolations):
        rows = [row for row, its in enumerate(interpolations) if its is interpolation]
        warped[rows] = F.grid_sample(planes[rows], places[rows], mode=interpolation.value, align_corners=False)
    return warped
