"""A generic self-supervised pretext, for comparison: hide blocks of a photo, and ask for what was there.

In the spirit of He et al., "Masked Autoencoders Are Scalable Vision Learners" (2022), but with the encoder-decoder and
the head that matting uses: the "alpha" to be found is the photo's lightness.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from matting_core.arrays import UNKNOWN
from training.pretext.composed_photos import ComposedPhotos

BLOCK = 16
HIDDEN_SHARE = 0.6
LIGHTNESS = (0.299, 0.587, 0.114)


def hide_blocks(generator: torch.Generator, photos: Tensor) -> ComposedPhotos:
    """Photos with 60 % of their 16 x 16 blocks grey, everything unknown, and the lightness as the alpha to be found.

    photos: float32, N x 3 x S x S, [0, 1], S a multiple of 16. The equation of compositing does not hold for these.
    """
    count, _, height, width = photos.shape
    draws = torch.rand(count, 1, height // BLOCK, width // BLOCK, generator=generator, device=photos.device)
    hidden = F.interpolate((draws < HIDDEN_SHARE).float(), size=(height, width), mode="nearest")
    weights = torch.tensor(LIGHTNESS, device=photos.device).view(1, 3, 1, 1)
    lightness = (photos * weights).sum(1, keepdim=True).clamp(0, 1)
    trimap = torch.full_like(lightness, UNKNOWN, dtype=torch.uint8)
    shown = photos * (1 - hidden) + 0.5 * hidden
    return ComposedPhotos(rgb=shown, trimap=trimap, alpha=lightness, foreground=photos, background=photos)
