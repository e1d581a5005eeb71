"""Any pretext behind one call, so that it can be named in a recipe and sent to other processes."""

from dataclasses import dataclass, replace
from enum import StrEnum

import torch
from torch import Tensor

from training.composing.chance import Chance
from training.composing.material import Material
from training.composing.realistic import RealisticSettings, realistic_photos
from training.composing.views import photo_views
from training.pretext.composed_photos import ComposedPhotos
from training.pretext.masked import hide_blocks
from training.pretext.patches import PatchSettings, compose_patches


class Pretext(StrEnum):
    """What is composed from the photos: DPT's patches, things as photographs show them, or photos whose blocks are
    hidden (masked-image reconstruction, for comparison)."""

    PATCHES = "patches"
    REALISTIC = "realistic"
    MASKED = "masked"


@dataclass(frozen=True, slots=True)
class Composer:
    """size: of the photographs in pixels, whatever the settings of a pretext say."""

    pretext: Pretext
    size: int
    patches: PatchSettings
    realistic: RealisticSettings

    def __call__(self, generator: torch.Generator, material: Material, count: int) -> ComposedPhotos:
        """`count` photographs on the device of `generator` and `material`."""
        if self.pretext is Pretext.REALISTIC:
            return realistic_photos(generator, material, count, replace(self.realistic, size=self.size))
        chance = Chance(generator, count)
        photos = _whole(chance, material.photos, self.size)
        if self.pretext is Pretext.MASKED:
            return hide_blocks(generator, photos)
        others = _whole(chance, material.photos, self.size)
        return compose_patches(generator, photos, others, settings=replace(self.patches, size=self.size))


def _whole(chance: Chance, pool: Tensor, size: int) -> Tensor:
    """Random photos seen nearly whole, where DPT squeezes each into its square: float32, N x 3 x size x size."""
    return photo_views(chance, pool, size, nearest=0.8, relit=False)
