"""Gaussian blur with another width for every sample, and smooth noise."""

import torch
from torch import Tensor
from torch.nn import functional as F

from training.composing.chance import Chance


def blurred(planes: Tensor, sigma: Tensor) -> Tensor:
    """Each sample blurred by its own `sigma` in pixels (N x 1 x 1 x 1); square planes, edges re-normalised.

    As two products with a matrix of weights, which costs the same for every width and needs no limit to it.
    """
    weights = _weights(planes.shape[-1], sigma)[:, None]
    return weights @ planes @ weights.transpose(-1, -2)


def slightly_blurred(planes: Tensor, share: Tensor) -> Tensor:
    """Each pixel mixed with its four neighbours, which take `share` of it in all (N x 1 x 1 x 1, [0, 0.6]).

    About a Gaussian of sqrt(share / 2) pixels, for a fraction of its cost.
    """
    wide = F.pad(planes, (1, 1, 1, 1), mode="replicate")
    cross = wide[..., 1:-1, 2:] + wide[..., 1:-1, :-2] + wide[..., 2:, 1:-1] + wide[..., :-2, 1:-1]
    return planes + share * (cross / 4 - planes)


def drawn_out(planes: Tensor, length: Tensor) -> Tensor:
    """Each sample blurred along its rows only, by `length` pixels (N x 1 x 1 x 1)."""
    return planes @ _weights(planes.shape[-1], length)[:, None].transpose(-1, -2)


def smooth_noise(chance: Chance, size: int, *, cells: int, channels: int = 1, octaves: int = 1) -> Tensor:
    """Clouds stretched to [0, 1] for each sample: float32, N x channels x size x size.

    cells: of the coarsest octave along a side; every further octave has twice as many and 0.6 times the weight.
    """
    total = torch.zeros(chance.count, channels, size, size, device=chance.device)
    for octave in range(octaves):
        side = min(cells * 2**octave, size)
        grid = chance.normal(channels, side, side)
        # bicubic where its smoothness shows, then bilinear, which costs a tenth
        fine = F.interpolate(grid, size=(min(8 * side, size),) * 2, mode="bicubic", align_corners=False)
        total = total + 0.6**octave * F.interpolate(fine, size=(size, size), mode="bilinear", align_corners=False)
    low, high = total.amin((2, 3), keepdim=True), total.amax((2, 3), keepdim=True)
    return (total - low) / (high - low + 1e-6)


def _weights(size: int, sigma: Tensor) -> Tensor:
    place = torch.arange(size, device=sigma.device, dtype=torch.float32)
    distance = place[:, None] - place[None]
    weights = torch.exp(-0.5 * (distance[None] / sigma.view(-1, 1, 1)) ** 2)
    return weights / weights.sum(-1, keepdim=True)
