"""Colours between RGB and HSV, and their random shift in HSV, for batches on any device.

HSV after Smith, "Color Gamut Transform Pairs" (1978); the shift as the authors' released code of "Disentangled
Pre-training for Image Matting" (arXiv 2304.00784) makes it.
"""

import torch
from torch import Tensor

LARGEST_TURN = 40.0
"""The hue moves up to this many degrees either way."""
FAR = 1.1
"""Saturation and value move up to a tenth of what their mean lacks to this: dull colours move further."""


def jitter_colours(generator: torch.Generator, rgb: Tensor, *, where: Tensor) -> Tensor:
    """Each photo of a batch with its own random turn of the hue and its own shifts of saturation and value.

    generator: on the device of the tensors. rgb: float32, N x 3 x H x W, [0, 1]; returned the same. where: bool,
    N x 1 x H x W, the pixels whose mean saturation and value bound the shifts; all pixels are shifted.
    """
    device = rgb.device
    hue, saturation, value = rgb_to_hsv(rgb).chunk(3, 1)
    turn = torch.rand(len(rgb), 1, 1, 1, generator=generator, device=device) * 2 - 1
    shifts = torch.rand(2, len(rgb), 1, 1, 1, generator=generator, device=device) * 2 - 1
    hue = (hue + LARGEST_TURN * turn) % 360
    saturation, value = (
        _reflected(plane + shift * (FAR - _mean(plane, where)) / 10)
        for plane, shift in zip((saturation, value), shifts, strict=True)
    )
    return hsv_to_rgb(torch.cat([hue, saturation, value], 1))


def rgb_to_hsv(rgb: Tensor) -> Tensor:
    """float32, N x 3 x H x W, [0, 1], to hue in degrees [0, 360], saturation [0, 1] and value [0, 1].

    The hue of a grey is 0.
    """
    red, green, blue = rgb.chunk(3, 1)
    value = rgb.amax(1, keepdim=True)
    chroma = value - rgb.amin(1, keepdim=True)
    divisor = torch.where(chroma > 0, chroma, 1)
    sextant = torch.where(
        value == red,
        (green - blue) / divisor,
        torch.where(value == green, 2 + (blue - red) / divisor, 4 + (red - green) / divisor),
    )
    hue = torch.where(chroma > 0, 60 * sextant % 360, 0)
    return torch.cat([hue, chroma / torch.where(value > 0, value, 1), value], 1)


def hsv_to_rgb(hsv: Tensor) -> Tensor:
    """The way back from `rgb_to_hsv`."""
    hue, saturation, value = hsv.chunk(3, 1)
    # along the circle of hues each channel is a trapezium; the three are a third of the circle apart
    place = (hue / 60 + torch.tensor([5.0, 3.0, 1.0], device=hsv.device)[:, None, None]) % 6
    lack = torch.minimum(place, 4 - place).clamp(0, 1)
    return value * (1 - saturation * lack)


def _mean(plane: Tensor, where: Tensor) -> Tensor:
    """N x 1 x 1 x 1, the mean over `where`; 0 where nothing is."""
    return (plane * where).sum((1, 2, 3), keepdim=True) / where.sum((1, 2, 3), keepdim=True).clamp(min=1)


def _reflected(plane: Tensor) -> Tensor:
    """[-1, 2] folded into [0, 1] at its two ends."""
    return 1 - (1 - plane.abs()).abs()
