"""Opaque arrays -> bytes of a file: PNG for data, JPEG for the screen and the shop."""

from io import BytesIO
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from matting_core.arrays import Alpha, Rgb, Trimap, check_alpha, check_rgb, check_trimap
from matting_core.errors import MattingError
from matting_core.image_io.levels import eight_bit, levels_of
from matting_core.image_io.profiles import with_profile

THUMBNAIL_QUALITY = 85


def encode_alpha(alpha: Alpha, *, bits: int = 8) -> bytes:
    """Grey PNG of an alpha matte (float32, HxW, [0, 1]) in 8 or 16 bits, rounded to the nearest level."""
    return encode_png(levels_of(check_alpha(alpha), bits))


def encode_trimap(trimap: Trimap) -> bytes:
    """8-bit grey PNG of a trimap (uint8, HxW, {0, 128, 255})."""
    return encode_png(check_trimap(trimap))


def encode_rgb(rgb: Rgb, *, icc_profile: bytes | None = None) -> bytes:
    """RGB PNG of the depth of `rgb`: uint8 or uint16, HxWx3. icc_profile: of its colours; None: they are sRGB."""
    return with_profile(encode_png(cv2.cvtColor(check_rgb(rgb), cv2.COLOR_RGB2BGR)), icc_profile)


def encode_jpeg(rgb: Rgb, *, quality: int = 92, icc_profile: bytes | None = None) -> bytes:
    """JPEG of an opaque picture, 8 bits, colours at full resolution (4:4:4).

    rgb: uint8 or uint16, HxWx3. quality: 1 to 100. icc_profile: of its colours; None: they are sRGB. Raises
    MattingError for a side above 65,500 pixels.
    """
    out = BytesIO()
    try:
        Image.fromarray(eight_bit(check_rgb(rgb))).save(
            out, "JPEG", quality=quality, subsampling="4:4:4", icc_profile=icc_profile
        )
    except OSError as error:
        raise not_saved(rgb, "JPEG") from error
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


def encode_png(pixels: npt.NDArray[Any]) -> bytes:
    """PNG of uint8 or uint16 samples as OpenCV orders them: HxW grey, HxWx3 or HxWx4 with blue first."""
    return _encoded(".png", pixels, [])


def not_saved(pixels: npt.NDArray[Any], format_: str) -> MattingError:
    """What to raise where a library could not save a picture of this size."""
    size = f"{pixels.shape[1]} x {pixels.shape[0]} pixels"
    return MattingError(f"an image of {size} could not be saved as {format_}: make it smaller")


def _shrunk(rgb: Rgb, max_side: int | None) -> Rgb:
    height, width = rgb.shape[:2]
    if max_side is None or max(height, width) <= max_side:
        return rgb
    scale = max_side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small: Rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return small


def _encoded(extension: str, pixels: npt.NDArray[Any], options: list[int]) -> bytes:
    done, buffer = cv2.imencode(extension, np.ascontiguousarray(pixels), options)
    if not done:
        raise not_saved(pixels, extension)
    return bytes(buffer)
