"""Arrays -> bytes of a file: PNG for data, JPEG for the screen."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Rgb, Trimap, check_alpha, check_rgb, check_trimap
from matting_core.errors import InvalidArrayError, MattingError

THUMBNAIL_QUALITY = 85


def encode_alpha(alpha: Alpha, *, bits: int = 8) -> bytes:
    """Grey PNG of an alpha matte (float32, HxW, [0, 1]) in 8 or 16 bits, rounded to the nearest level."""
    return _encoded(".png", _levels(check_alpha(alpha), bits))


def encode_trimap(trimap: Trimap) -> bytes:
    """8-bit grey PNG of a trimap (uint8, HxW, {0, 128, 255})."""
    return _encoded(".png", check_trimap(trimap))


def encode_rgba(rgb: Rgb, alpha: Alpha, *, bits: int = 8) -> bytes:
    """RGBA PNG of 8 or 16 bits a channel, straight alpha.

    rgb: uint8 or uint16, HxWx3, sRGB, scaled to the depth asked for. alpha: float32, HxW, [0, 1].
    """
    check_rgb(rgb)
    opacity = _levels(check_alpha(alpha, like=rgb), bits)
    colours = eight_bit(rgb) if bits == 8 else _sixteen_bit(rgb)
    return _encoded(".png", np.dstack([colours[..., ::-1], opacity]))


def encode_display(rgb: Rgb, *, quality: int = 92, max_side: int | None = None) -> bytes:
    """JPEG for the screen, colours at full resolution (4:4:4).

    rgb: uint8 or uint16, HxWx3, sRGB. max_side: shrink so that the longer side has at most so many pixels.
    """
    small = _shrunk(eight_bit(check_rgb(rgb)), max_side)
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    return _encoded(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), options)


def encode_thumbnail(rgb: Rgb, *, side: int = 320) -> bytes:
    """Small JPEG whose longer side has at most `side` pixels. rgb: uint8 or uint16, HxWx3, sRGB."""
    return encode_display(rgb, quality=THUMBNAIL_QUALITY, max_side=side)


def eight_bit(rgb: Rgb) -> Rgb:
    """uint8 copy or view of `rgb` (uint8 or uint16, any shape): v / 257, rounded to the nearest."""
    if rgb.dtype == np.uint8:
        return rgb
    return ((rgb.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _sixteen_bit(rgb: Rgb) -> Rgb:
    return rgb if rgb.dtype == np.uint16 else rgb.astype(np.uint16) * 257


def _levels(alpha: Alpha, bits: int) -> npt.NDArray[Any]:
    if bits not in (8, 16):
        raise InvalidArrayError(f"a PNG has 8 or 16 bits a channel, not {bits}")
    dtype = np.uint8 if bits == 8 else np.uint16
    levels: npt.NDArray[Any] = np.rint(alpha * np.float32(np.iinfo(dtype).max)).astype(dtype)
    return levels


def _shrunk(rgb: Rgb, max_side: int | None) -> Rgb:
    height, width = rgb.shape[:2]
    if max_side is None or max(height, width) <= max_side:
        return rgb
    scale = max_side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small: Rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return small


def _encoded(extension: str, pixels: npt.NDArray[Any], options: list[int] | None = None) -> bytes:
    done, buffer = cv2.imencode(extension, np.ascontiguousarray(pixels), options or [])
    if not done:
        size = f"{pixels.shape[1]} x {pixels.shape[0]} pixels"
        raise MattingError(f"an image of {size} could not be saved as {extension}: make it smaller")
    return bytes(buffer)
