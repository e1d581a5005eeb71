"""Cut-outs -> bytes of a file: straight colours and opacity as PNG, TIFF, WebP or AVIF.

The same cut-out gives the same bytes, with the same versions of the libraries: no file says when it was written or by
whom. Colours under zero opacity are kept where the format allows, for whoever resizes later.
"""

from io import BytesIO
from typing import Any

import cv2
import tifffile
from PIL import Image

from matting_core.arrays import Alpha, Rgb, Rgba
from matting_core.image_io.encode import encode_png, not_saved
from matting_core.image_io.levels import straight_rgba
from matting_core.image_io.profiles import with_profile

LOSSLESS = 100
WEBP_EFFORT = 25  # of lossless packing: more takes longer, and files become no smaller
AVIF_SPEED = 8  # of 0 to 10; 6 takes four times as long for files that are 4 % smaller
AVIF_THREADS = 2  # a fixed number, since it changes the bytes: one thread codes the rows in another way than several


def encode_rgba(rgb: Rgb, alpha: Alpha, *, bits: int = 8, icc_profile: bytes | None = None) -> bytes:
    """RGBA PNG of 8 or 16 bits a channel, straight alpha.

    rgb: uint8 or uint16, HxWx3, scaled to the depth asked for. alpha: float32, HxW, [0, 1]. icc_profile: of the
    colours; None: they are sRGB, and nothing is embedded.
    """
    rgba = straight_rgba(rgb, alpha, bits)
    return with_profile(encode_png(cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA)), icc_profile)


def encode_rgba_tiff(rgb: Rgb, alpha: Alpha, *, bits: int = 16, icc_profile: bytes | None = None) -> bytes:
    """RGBA TIFF of 8 or 16 bits a channel, straight ("unassociated") alpha, compressed without loss.

    Arrays and profile as in `encode_rgba`.
    """
    out = BytesIO()
    tifffile.imwrite(
        out,
        straight_rgba(rgb, alpha, bits),
        photometric="rgb",
        extrasamples=["unassalpha"],
        compression="zlib",
        predictor=True,
        iccprofile=icc_profile,
        metadata=None,  # so that the same picture gives the same bytes, and says nothing of who wrote it
        software=False,
    )
    return out.getvalue()


def encode_rgba_webp(rgb: Rgb, alpha: Alpha, *, quality: int = 90, icc_profile: bytes | None = None) -> bytes:
    """WebP with straight alpha, 8 bits, the only depth that WebP has.

    quality: 1 to 100; at 100 no level of colour or opacity is lost, below only opacity is exact. Arrays and profile as
    in `encode_rgba`. Raises MattingError for a side above 16,383 pixels, WebP's limit.
    """
    packing = {"lossless": True, "quality": WEBP_EFFORT} if quality >= LOSSLESS else {"quality": quality}
    return _saved(straight_rgba(rgb, alpha, 8), "WEBP", exact=True, icc_profile=icc_profile, **packing)


def encode_rgba_avif(rgb: Rgb, alpha: Alpha, *, quality: int = 80, icc_profile: bytes | None = None) -> bytes:
    """AVIF with straight alpha, 8 bits, colours at full resolution (4:4:4).

    Opacity is exact at every quality (1 to 100). Colours are not quite so even at 100, where they are off by at most 2
    of 255 levels, since they are stored as brightness and two differences. Arrays and profile as in `encode_rgba`.
    Raises MattingError for a side above 65,535 pixels.
    """
    return _saved(
        straight_rgba(rgb, alpha, 8),
        "AVIF",
        quality=quality,
        codec="aom",
        advanced={"alpha:lossless": "1"},  # else edges are off by 7 levels at a quality of 90; it costs 5 % of the file
        subsampling="4:4:4",
        speed=AVIF_SPEED,
        max_threads=AVIF_THREADS,
        autotiling=False,  # would split the picture by the number of processors
        icc_profile=icc_profile,
    )


def _saved(rgba: Rgba, format_: str, **options: Any) -> bytes:
    out = BytesIO()
    try:
        Image.fromarray(rgba).save(out, format_, **options)
    except (OSError, RuntimeError, ValueError) as error:
        raise not_saved(rgba, format_) from error
    return out.getvalue()
