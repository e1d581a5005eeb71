"""The subject's own colours, and a cut-out over anything.

A photo is I = alpha F + (1 - alpha) B. A cut-out that kept I along soft edges would carry the old background
with it, so F is estimated first (Germer et al., "Fast Multi-Level Foreground Estimation", ICPR 2020).
"""

import numpy as np

from matting_core.arrays import Alpha, Floats, Rgb, check_alpha, check_rgb
from matting_core.errors import InvalidArrayError


def estimate_foreground(rgb: Rgb, alpha: Alpha) -> Rgb:
    """The colours F of the subject, free of the old background.

    rgb: uint8 or uint16, HxWx3, sRGB. alpha: float32, HxW, [0, 1]. Returns the dtype and shape of rgb:
    exactly the photo where alpha is 1, plausible colours continued from the subject where it is less.
    """
    check_alpha(alpha, like=check_rgb(rgb))
    from pymatting import estimate_foreground_ml  # compiles for a minute when first imported

    top = np.iinfo(rgb.dtype).max
    colours: Floats = estimate_foreground_ml(rgb.astype(np.float32) / np.float32(top), alpha)
    foreground: Rgb = np.empty_like(rgb)
    foreground[:] = np.rint(np.clip(colours, 0.0, 1.0) * top)
    opaque = alpha == 1.0
    foreground[opaque] = rgb[opaque]
    return foreground


def composite(foreground: Rgb, alpha: Alpha, background: Rgb | tuple[int, int, int]) -> Rgb:
    """alpha F + (1 - alpha) B, mixed in sRGB values as the matting equation is, rounded to the nearest.

    foreground: uint8 or uint16, HxWx3. alpha: float32, HxW, [0, 1]. background: an image of the same shape
    and dtype, or one colour (red, green, blue), 0 to 255 whatever the depth. Returns the dtype and shape of
    foreground.
    """
    check_alpha(alpha, like=check_rgb(foreground))
    if isinstance(background, tuple):
        behind = np.array(background, np.float32) * np.float32(np.iinfo(foreground.dtype).max / 255)
    elif (background.shape, background.dtype) != (foreground.shape, foreground.dtype):
        raise InvalidArrayError(
            f"the background is {background.dtype} {background.shape}, but its foreground is "
            f"{foreground.dtype} {foreground.shape}: resize and convert it first"
        )
    else:
        behind = background.astype(np.float32)
    share = alpha[..., None]
    mixed: Rgb = np.rint(behind + share * (foreground.astype(np.float32) - behind)).astype(foreground.dtype)
    return mixed
