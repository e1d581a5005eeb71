"""The pretext sample of "Disentangled Pre-training for Image Matting" (DPT, WACV 2024, arXiv 2304.00784).

Two photos and a random alpha make a composite. A few patches of a grid are known to be all foreground or all
background, in all others every pixel has an alpha of its own; a network that finds these alphas has learnt to take
colours apart. The values are those of the authors' released code. It runs in batches on any device.
"""

from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor
from torch.nn import functional as F

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.errors import InvalidArrayError
from training.pretext.colour_jitter import jitter_colours
from training.pretext.composed_photos import ComposedPhotos
from training.pretext.random_warp import draw_interpolations, draw_transforms, warp

UNKNOWN_LEVELS = 255
"""An unknown pixel's alpha is one of 0, 1/255 ... 254/255: never 1, so that noise makes no foreground."""
SMOOTH_CELL = 4
"""Smooth noise has one independent value in this many patches each way."""
ROUNDING = 1e-5
"""Interpolated alphas this close to 0 or 1 are meant to be it; levels are 400 times further apart."""


class PatchOrder(StrEnum):
    """What comes first, the trimap or the warp; the paper's figure and the authors' code disagree."""

    CODE = "code"
    """The alpha is warped with the foreground, and the trimap is read off the warped alpha."""
    FIGURE = "figure"
    """Only the foreground is warped: patches stay crisp, the trimap has exactly the drawn shares."""


class PatchNoise(StrEnum):
    """The alpha in unknown patches."""

    PIXEL = "pixel"
    """Independent in each pixel: DPT's."""
    SMOOTH = "smooth"
    """Of low frequency, for an ablation."""


@dataclass(frozen=True, slots=True)
class PatchSettings:
    """What a pretext sample looks like; the defaults are DPT's.

    size: side of a sample in pixels. grid: patches on a side. known_share: of all patches. foreground_share: of the
    known patches. jitter: whether the foreground's colours are shifted. Raises ValueError if these do not fit.
    """

    size: int = 224
    grid: int = 32
    known_share: float = 0.25
    foreground_share: float = 0.5
    order: PatchOrder = PatchOrder.CODE
    noise: PatchNoise = PatchNoise.PIXEL
    jitter: bool = True

    def __post_init__(self) -> None:
        if self.size < 1 or self.grid < 1 or self.size % self.grid:
            raise ValueError(
                f"patches fill the sample: its size is a multiple of the grid, not {self.size} with {self.grid}"
            )
        if not (0 <= self.known_share <= 1 and 0 <= self.foreground_share <= 1):
            raise ValueError(
                f"shares lie between 0 and 1: not {self.known_share} known and {self.foreground_share} foreground"
            )
        # names that come from a command line as plain text; an unknown one is a ValueError
        object.__setattr__(self, "order", PatchOrder(self.order))
        object.__setattr__(self, "noise", PatchNoise(self.noise))

    @property
    def patch(self) -> int:
        """Side of a patch in pixels."""
        return self.size // self.grid


def compose_patches(
    generator: torch.Generator, foreground: Tensor, background: Tensor, *, settings: PatchSettings
) -> ComposedPhotos:
    """A batch of pretext samples out of two photos each.

    generator: on the photos' device; the same state makes the same samples. foreground, background: float32,
    N x 3 x S x S, [0, 1], with S the settings' size; the foreground comes back warped and shifted in colour, the
    background untouched. Where the warp left the photo, the foreground is black before its colours are shifted.

    In the code's order, foreground and alpha share a transform and draw their interpolations apart, among nearest,
    bilinear and bicubic (PyTorch has no Lanczos); the alpha is 0 outside. Raises InvalidArrayError for other shapes.
    """
    count = len(foreground)
    if not foreground.shape == background.shape == (count, 3, settings.size, settings.size):
        raise InvalidArrayError(
            f"foreground and background are N x 3 x {settings.size} x {settings.size}, "
            f"not {tuple(foreground.shape)} and {tuple(background.shape)}"
        )
    trimap, alpha = draw_patches(generator, count, settings=settings, device=foreground.device)
    transforms = draw_transforms(generator, count)
    foreground = warp(foreground, transforms, interpolations=draw_interpolations(generator, count)).clamp(0, 1)
    if settings.order is PatchOrder.CODE:
        alpha = settled(warp(alpha, transforms, interpolations=draw_interpolations(generator, count)))
        trimap = trimap_of(alpha)
    if settings.jitter:
        foreground = jitter_colours(generator, foreground, where=alpha > 0)
    rgb = alpha * foreground + (1 - alpha) * background
    return ComposedPhotos(rgb=rgb, trimap=trimap, alpha=alpha, foreground=foreground, background=background)


def draw_patches(
    generator: torch.Generator, count: int, *, settings: PatchSettings, device: torch.device | str
) -> tuple[Tensor, Tensor]:
    """Labels and alpha of `count` samples before any warp, both N x 1 x S x S.

    labels: uint8, {0, 128, 255}, constant on each patch; every sample has the same numbers of them. alpha: float32,
    0 and 1 in known patches; in unknown ones the settings' noise, [0, 254/255], so that an unknown pixel may be 0.
    generator: on `device`.
    """
    patches = settings.grid**2
    known = round(settings.known_share * patches)
    foreground = round(settings.foreground_share * known)
    deck = torch.full((patches,), UNKNOWN, dtype=torch.uint8, device=device)
    deck[: known - foreground] = BACKGROUND
    deck[known - foreground : known] = FOREGROUND
    shuffles = torch.rand(count, patches, generator=generator, device=device).argsort(1)
    labels = deck[shuffles].view(count, 1, settings.grid, settings.grid)
    labels = labels.repeat_interleave(settings.patch, 2).repeat_interleave(settings.patch, 3)
    noise = _noise(generator, count, settings=settings, device=device)
    return labels, torch.where(labels == UNKNOWN, noise, (labels == FOREGROUND).float())


def settled(alpha: Tensor) -> Tensor:
    """An interpolated alpha in [0, 1], with exactly 0 and 1 where only rounding keeps it from them.

    The authors' code leaves it to rounding; in its bicubic warps that turns one foreground pixel in six unknown.
    """
    alpha = torch.where(alpha < ROUNDING, 0, alpha)
    return torch.where(alpha > 1 - ROUNDING, 1, alpha)


def trimap_of(alpha: Tensor) -> Tensor:
    """Background where `alpha` (float32, N x 1 x H x W) is exactly 0, foreground where it is 1, else unknown: uint8."""
    unknown = torch.full_like(alpha, UNKNOWN, dtype=torch.uint8)
    return unknown.masked_fill(alpha == 0, BACKGROUND).masked_fill(alpha == 1, FOREGROUND)


def _noise(generator: torch.Generator, count: int, *, settings: PatchSettings, device: torch.device | str) -> Tensor:
    """N x 1 x S x S, [0, 254/255]."""
    smooth = settings.noise is PatchNoise.SMOOTH
    side = max(2, settings.grid // SMOOTH_CELL) if smooth else settings.size
    levels = torch.randint(UNKNOWN_LEVELS, (count, 1, side, side), generator=generator, device=device) / 255
    if not smooth:
        return levels
    return F.interpolate(levels, size=(settings.size, settings.size), mode="bilinear", align_corners=False)
