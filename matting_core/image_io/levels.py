"""Colours and opacity in the depth that a file shall have: 8 or 16 bits a channel."""

from typing import Any

import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Rgb, Rgba, check_alpha, check_rgb
from matting_core.errors import InvalidArrayError


def eight_bit(rgb: Rgb) -> Rgb:
    """uint8 copy or view of `rgb` (uint8 or uint16, any shape): v / 257, rounded to the nearest."""
    if rgb.dtype == np.uint8:
        return rgb
    return ((rgb.astype(np.uint32) + 128) // 257).astype(np.uint8)


def sixteen_bit(rgb: Rgb) -> Rgb:
    """uint16 copy or view of `rgb` (uint8 or uint16, any shape): v * 257, so that white stays white."""
    return rgb if rgb.dtype == np.uint16 else rgb.astype(np.uint16) * 257


def colours_of(rgb: Rgb, bits: int) -> Rgb:
    """`rgb` (uint8 or uint16, any shape) in 8 or 16 bits. Raises InvalidArrayError for another number of bits."""
    return eight_bit(rgb) if _checked(bits) == 8 else sixteen_bit(rgb)


def levels_of(alpha: Alpha, bits: int) -> npt.NDArray[Any]:
    """Alpha (float32, HxW, [0, 1]) as uint8 or uint16, rounded to the nearest level of 8 or 16 bits.

    Raises InvalidArrayError for another number of bits.
    """
    dtype = np.uint8 if _checked(bits) == 8 else np.uint16
    levels: npt.NDArray[Any] = np.rint(alpha * np.float32(np.iinfo(dtype).max)).astype(dtype)
    return levels


def straight_rgba(rgb: Rgb, alpha: Alpha, bits: int) -> Rgba:
    """Colours and straight opacity in one array, HxWx4 of 8 or 16 bits, red first.

    rgb: uint8 or uint16, HxWx3, scaled to the depth asked for. alpha: float32, HxW, [0, 1].
    """
    check_rgb(rgb)
    opacity = levels_of(check_alpha(alpha, like=rgb), bits)
    rgba: Rgba = np.dstack([colours_of(rgb, bits), opacity])
    return rgba


def _checked(bits: int) -> int:
    if bits not in (8, 16):
        raise InvalidArrayError(f"a file has 8 or 16 bits a channel, not {bits}")
    return bits
