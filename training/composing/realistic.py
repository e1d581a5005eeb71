"""Photographs as a catalogue has them: things of the pretext's phenomena before backgrounds, taken by a camera.

The compositing equation is I = alpha F + (1 - alpha) B (DPT, arXiv 2304.00784, eq. 1): mostly in linear light, as a
lens mixes what it sees before the camera applies its tone curve; else in sRGB values, as benchmarks are composed.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from training.composing.blur import blurred
from training.composing.camera import photographed
from training.composing.chance import Chance
from training.composing.colours import drifting, foreground_colours, matched
from training.composing.material import Material
from training.composing.trimaps import operator_trimaps
from training.composing.views import alpha_views, photo_views
from training.pretext.composed_photos import ComposedPhotos

TRIES = 8
FLATTEST, STEEPEST = 1.8, 2.8
"""Powers of the tone curves of cameras; sRGB's is about 2.2."""
GLANCE = 16
"""Every so many pixels are enough to see what colour a photo is."""


@dataclass(frozen=True, slots=True)
class RealisticSettings:
    """Shares of the samples. size: of a sample in pixels, a multiple of 8."""

    size: int = 256
    second_object: float = 0.15
    sharpened: float = 0.5
    blurred_background: float = 0.7
    matched_colours: float = 0.15
    linear_light: float = 0.95
    chosen_backdrop: float = 0.8

    def __post_init__(self) -> None:
        if self.size <= 0 or self.size % 8:
            raise ValueError(f"size is a multiple of 8 above zero, and {self.size} is not")


def realistic_photos(
    generator: torch.Generator, material: Material, count: int, settings: RealisticSettings | None = None
) -> ComposedPhotos:
    """`count` samples on the device of `material` and `generator`; alpha is exact where the trimap is known."""
    settings = settings or RealisticSettings()
    chance = Chance(generator, count)
    alpha, trimap, drawn = _alphas_and_trimaps(chance, material, settings)
    alpha = alpha.masked_fill(trimap == FOREGROUND, 1).masked_fill(trimap == BACKGROUND, 0)
    foreground = foreground_colours(chance, material.photos, alpha)
    background = _backgrounds(chance, material, settings, apart_from=foreground)
    foreground = matched(chance, foreground, background, share=settings.matched_colours)
    background = tinted(chance, background, alpha, transmits=material.transmits[drawn])
    linear = chance.happens(settings.linear_light)
    plain = alpha * foreground + (1 - alpha) * background
    gamma = chance.between(FLATTEST, STEEPEST)
    light = alpha * foreground.clamp(1e-4) ** gamma + (1 - alpha) * background.clamp(1e-4) ** gamma
    picture = torch.where(linear, light ** (1 / gamma), plain)
    return ComposedPhotos(
        rgb=photographed(chance, picture), trimap=trimap, alpha=alpha, foreground=foreground, background=background
    )


def tinted(chance: Chance, background: Tensor, alpha: Tensor, *, transmits: Tensor) -> Tensor:
    """Backgrounds as they look through what transmits light (bool, N): multiplied by its tint where it is.

    Alpha stays what the body itself adds; coloured glass and liquids take light away besides.
    """
    rows = torch.nonzero(transmits)[:, 0]
    some = chance.of(len(rows))
    taken = some.between(0, 0.6) * some.unit(3, 1, 1)
    body = (blurred(alpha[rows], torch.full((len(rows), 1, 1, 1), 1.5, device=alpha.device)) * 4).clamp(0, 1)
    background = background.clone()
    background[rows] *= 1 - body * taken
    return background


def _backgrounds(chance: Chance, material: Material, settings: RealisticSettings, *, apart_from: Tensor) -> Tensor:
    """Pieces of photos, most of them out of focus; for most things, the one of three that they stand out from best,
    as whoever sets up a picture would choose it."""
    candidates = chance.of(3 * chance.count).which(len(material.photos)).view(3, -1)
    glances = material.photos[:, :, ::GLANCE, ::GLANCE][candidates].float().mean((3, 4)) / 255
    distance = (glances - apart_from.mean((2, 3))).norm(dim=2)
    best = torch.where(chance.happens(settings.chosen_backdrop).flatten(), distance.argmax(0), 0)
    background = photo_views(chance, material.photos, settings.size, which=candidates.gather(0, best[None])[0])
    rows = chance.rows(settings.blurred_background)
    background[rows] = blurred(background[rows], chance.of(len(rows)).log_between(0.7, 16))
    return drifting(chance, background).clamp(0, 1)


def _alphas_and_trimaps(
    chance: Chance, material: Material, settings: RealisticSettings
) -> tuple[Tensor, Tensor, Tensor]:
    """Views of the pool in which all three classes have room, their trimaps, and which of the pool they show.

    What has no room is looked at again from elsewhere, a few times, so that things of which little is certain come as
    often as they are meant to; then another thing is taken.
    """
    drawn = chance.which(len(material.alphas))
    alpha = _objects(chance, material, drawn, settings)
    trimap = operator_trimaps(chance, alpha)
    for tries in range(TRIES):
        bad = torch.nonzero(~_has_room(trimap, transmits=material.transmits[drawn]))[:, 0]
        if len(bad) == 0:
            break
        again = chance.of(len(bad))
        if tries >= TRIES // 2:
            drawn[bad] = again.which(len(material.alphas))
        alpha[bad] = _objects(again, material, drawn[bad], settings)
        trimap[bad] = operator_trimaps(again, alpha[bad])
    return alpha, trimap, drawn


def _objects(chance: Chance, material: Material, drawn: Tensor, settings: RealisticSettings) -> Tensor:
    """One thing, or two of which one stands behind the other; some with more contrast, as photographed strands are
    often nearly opaque, but never what light passes through."""
    alpha = alpha_views(chance, material.alphas, settings.size, which=drawn)
    second = alpha_views(chance, material.alphas, settings.size)
    alpha = torch.where(chance.happens(settings.second_object), 1 - (1 - alpha) * (1 - second), alpha)
    sharp = chance.happens(settings.sharpened) & ~material.transmits[drawn].view(-1, 1, 1, 1)
    contrast = torch.where(sharp, chance.between(1.2, 3), 1.0)
    offset = torch.where(sharp, chance.between(-0.1, 0.1), 0.0)
    return ((alpha - 0.5) * contrast + 0.5 + offset).clamp(0, 1)


def _has_room(trimap: Tensor, *, transmits: Tensor) -> Tensor:
    """Enough of each class to learn from; no part of clear glass need be foreground for sure."""
    unknown, back, fore = ((trimap == label).float().mean((1, 2, 3)) for label in (UNKNOWN, BACKGROUND, FOREGROUND))
    return (unknown > 0.04) & (unknown < 0.75) & (back > 0.03) & ((fore > 0.03) | transmits)
