"""Arrays -> bytes of a file: PNG for data, TIFF for print, JPEG for the screen."""

import struct
from io import BytesIO
from typing import Any

import cv2
import imagecodecs
import numpy as np
import numpy.typing as npt
import tifffile

from matting_core.arrays import Alpha, Rgb, Rgba, Trimap, check_alpha, check_rgb, check_trimap
from matting_core.errors import InvalidArrayError, MattingError

THUMBNAIL_QUALITY = 85


def encode_alpha(alpha: Alpha, *, bits: int = 8) -> bytes:
    """Grey PNG of an alpha matte (float32, HxW, [0, 1]) in 8 or 16 bits, rounded to the nearest level."""
    return _encoded(".png", _levels(check_alpha(alpha), bits))


def encode_trimap(trimap: Trimap) -> bytes:
    """8-bit grey PNG of a trimap (uint8, HxW, {0, 128, 255})."""
    return _encoded(".png", check_trimap(trimap))


def encode_rgb(rgb: Rgb) -> bytes:
    """RGB PNG of the depth of `rgb`: uint8 or uint16, HxWx3, sRGB."""
    return _encoded(".png", cv2.cvtColor(check_rgb(rgb), cv2.COLOR_RGB2BGR))


def encode_rgba(rgb: Rgb, alpha: Alpha, *, bits: int = 8) -> bytes:
    """RGBA PNG of 8 or 16 bits a channel, straight alpha.

    rgb: uint8 or uint16, HxWx3, sRGB, scaled to the depth asked for. alpha: float32, HxW, [0, 1].
    """
    rgba = _straight(rgb, alpha, bits)
    return _encoded(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))


def encode_rgba_tiff(rgb: Rgb, alpha: Alpha, *, bits: int = 16) -> bytes:
    """RGBA TIFF of 8 or 16 bits a channel, straight ("unassociated") alpha, compressed without loss, tagged as sRGB.

    rgb: uint8 or uint16, HxWx3, sRGB, scaled to the depth asked for. alpha: float32, HxW, [0, 1].
    """
    out = BytesIO()
    tifffile.imwrite(
        out,
        _straight(rgb, alpha, bits),
        photometric="rgb",
        extrasamples=["unassalpha"],
        compression="zlib",
        predictor=True,
        iccprofile=_srgb_profile(),
        metadata=None,  # so that the same picture gives the same bytes, and says nothing of who wrote it
        software=False,
    )
    return out.getvalue()


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


def _straight(rgb: Rgb, alpha: Alpha, bits: int) -> Rgba:
    """Colours and opacity in one array of the depth asked for, red first."""
    check_rgb(rgb)
    opacity = _levels(check_alpha(alpha, like=rgb), bits)
    rgba: Rgba = np.dstack([eight_bit(rgb) if bits == 8 else _sixteen_bit(rgb), opacity])
    return rgba


def _sixteen_bit(rgb: Rgb) -> Rgb:
    return rgb if rgb.dtype == np.uint16 else rgb.astype(np.uint16) * 257


def _srgb_profile() -> bytes:
    profile = imagecodecs.cms_profile("srgb")
    made_on = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)  # a fixed day instead of today (ICC.1, 7.2)
    return bytes(profile[:24] + made_on + profile[36:])


def _levels(alpha: Alpha, bits: int) -> npt.NDArray[Any]:
    if bits not in (8, 16):
        raise InvalidArrayError(f"a file has 8 or 16 bits a channel, not {bits}")
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
