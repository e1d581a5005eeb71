"""Chance from a seed, and small photos and alphas made by formula, for all tests of what is composed."""

import torch
from torch import Tensor
from torch.nn import functional as F

from training.composing.chance import Chance
from training.composing.material import Material


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def chance(count: int, seed: int = 0) -> Chance:
    return Chance(seeded(seed), count)


def per_sample(*values: float) -> Tensor:
    """One value for each sample, as planes are multiplied by it: N x 1 x 1 x 1."""
    return torch.tensor(values).view(-1, 1, 1, 1)


def smooth_pictures(count: int, side: int = 64, *, seed: int = 5) -> Tensor:
    """Colours that change slowly, about 0.1 to 0.9: float32, N x 3 x side x side."""
    coarse = 0.2 + 0.6 * torch.rand(count, 3, 4, 4, generator=seeded(seed))
    return F.interpolate(coarse, size=(side, side), mode="bicubic", align_corners=False).clamp(0, 1)


def discs(count: int, side: int = 64) -> Tensor:
    """Soft discs of growing size in the middle: float32, N x 1 x side x side, [0, 1]."""
    place = torch.arange(side) - (side - 1) / 2
    distance = torch.hypot(place[:, None], place[None]) / side
    radii = torch.linspace(0.2, 0.35, count).view(-1, 1, 1, 1)
    return (0.5 - (distance - radii) / 0.1).clamp(0, 1)


def tiny_material(*, photos: int = 4, alphas: int = 3, side: int = 96, transmits: bool = False) -> Material:
    """Smooth photos, and discs of which all or none transmit light."""
    return Material(
        (smooth_pictures(photos, side) * 255).round().to(torch.uint8),
        (discs(alphas, side)[:, 0] * 255).round().to(torch.uint8),
        torch.full((alphas,), transmits),
    )
