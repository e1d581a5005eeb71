"""What the compact network is asked to get right, inside the unknown region.

Known pixels are exact by construction and teach nothing, so every term is normalised by the unknown region.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from training.losses.shared_batch import Total, alone

PYRAMID_LEVELS = 4
LARGEST_BOOST = 3.0
"""A thin unknown region may raise the weight of the pyramid term at most this far."""


def matting_loss(predicted: Tensor, truth: Tensor, unknown: Tensor, *, total: Total = alone) -> Tensor:
    """L1 + 0.2 L1 before clamping + L2 + Laplacian pyramid + 0.2 gradient, a scalar.

    predicted: N x 1 x H x W, unclamped alpha. truth: the same, [0, 1]. unknown: the same, {0, 1}. total: of a batch
    that several processes share; the result is then this process's addend.
    """
    clamped = predicted.clamp(0, 1)
    pixels = total(unknown.sum()) + 1
    everything = total(unknown.new_tensor(unknown.numel()))
    difference = clamped - truth
    absolute = (difference.abs() * unknown).sum() / pixels
    # keeps a gradient where the clamp has none
    overshoot = ((predicted - truth).abs() * unknown).sum() / pixels
    squared = (difference.square() * unknown).sum() / pixels
    boost = (0.5 * everything / pixels).clamp(max=LARGEST_BOOST) * (unknown.numel() / everything)
    gradient = _slope(difference, unknown, dim=2) / pixels + _slope(difference, unknown, dim=3) / pixels
    return absolute + 0.2 * overshoot + squared + 0.3 * boost * _pyramid(clamped, truth) + 0.2 * gradient


def unknown_l1(predicted: Tensor, truth: Tensor, unknown: Tensor, *, total: Total = alone) -> Tensor:
    """Mean absolute error of the clamped alpha in the unknown region, a scalar: what people are shown.

    total: as of `matting_loss`.
    """
    return ((predicted.clamp(0, 1) - truth).abs() * unknown).sum() / (total(unknown.sum()) + 1)


def _slope(difference: Tensor, unknown: Tensor, *, dim: int) -> Tensor:
    length = difference.shape[dim] - 1
    step = difference.diff(dim=dim).abs()
    return (step * unknown.narrow(dim, 1, length)).sum()


def _pyramid(predicted: Tensor, truth: Tensor) -> Tensor:
    """Sum of 2^level times the mean absolute difference of the Laplacian pyramids' levels."""
    terms = [
        2**level * (ours - theirs).abs().mean()
        for level, (ours, theirs) in enumerate(zip(laplacian_pyramid(predicted), laplacian_pyramid(truth), strict=True))
    ]
    return torch.stack(terms).sum()


def laplacian_pyramid(x: Tensor) -> list[Tensor]:
    """Band-pass levels of N x 1 x H x W, finest first (Burt & Adelson, 1983; 5x5 binomial kernel)."""
    taps = torch.tensor([1.0, 4, 6, 4, 1], device=x.device, dtype=x.dtype)
    kernel = (taps[:, None] * taps[None]) / 256
    bands = []
    for _ in range(PYRAMID_LEVELS):
        small = F.conv2d(F.pad(x, (2, 2, 2, 2), mode="reflect"), kernel[None, None])[:, :, ::2, ::2]
        bands.append(x - F.interpolate(small, size=x.shape[-2:], mode="bilinear", align_corners=False))
        x = small
    return bands
