"""A subject over a colour, over an image, or over nothing at all."""

from collections.abc import Iterator

import numpy as np

from matting_core.arrays import Alpha, Floats, Rgb, Rgba, check_alpha, check_rgb
from matting_core.errors import InvalidArrayError
from matting_core.foreground.estimate import estimate_foreground

ROWS_AT_ONCE = 256  # floating-point copies of a whole photo of 31 megapixels would take a gigabyte


def cut_out(rgb: Rgb, alpha: Alpha) -> Rgba:
    """The subject over nothing: straight alpha behind its own colours, free of the old background.

    rgb: uint8 or uint16, HxWx3, sRGB. alpha: float32, HxW, [0, 1]. Returns the dtype of rgb, HxWx4, red first, alpha
    last and as deep as the colours. Colours as from `estimate_foreground`.
    """
    foreground = estimate_foreground(rgb, alpha)
    rgba = np.empty((*alpha.shape, 4), rgb.dtype)
    rgba[..., :3] = foreground
    for rows in _strips(len(alpha)):
        rgba[rows, :, 3] = np.rint(alpha[rows] * np.float32(np.iinfo(rgb.dtype).max))
    return rgba


def composite(
    foreground: Rgb, alpha: Alpha, background: Rgb | tuple[int, int, int], *, shadow: Floats | None = None
) -> Rgb:
    """alpha F + (1 - alpha) B, mixed in sRGB values as the matting equation is, rounded to the nearest.

    foreground: uint8 or uint16, HxWx3. alpha: float32, HxW, [0, 1]. background: an image of the same shape
    and dtype, or one colour (red, green, blue), 0 to 255 whatever the depth. shadow: float32, HxW, [0, 1], the share of
    its brightness that the background loses first. Returns the dtype and shape of foreground.
    """
    check_alpha(alpha, like=check_rgb(foreground))
    if shadow is not None:
        check_alpha(shadow, like=foreground)
    if isinstance(background, tuple):
        colour = np.array(background, np.float32) * np.float32(np.iinfo(foreground.dtype).max / 255)
        behind = np.broadcast_to(colour, foreground.shape)
    elif (background.shape, background.dtype) != (foreground.shape, foreground.dtype):
        raise InvalidArrayError(
            f"the background is {background.dtype} {background.shape}, but its foreground is "
            f"{foreground.dtype} {foreground.shape}: resize and convert it first"
        )
    else:
        behind = background
    mixed = np.empty_like(foreground)
    for rows in _strips(len(alpha)):
        back = behind[rows].astype(np.float32)
        if shadow is not None:
            back *= 1 - shadow[rows, :, None]
        mixed[rows] = np.rint(back + alpha[rows, :, None] * (foreground[rows] - back))
    return mixed


def _strips(height: int) -> Iterator[slice]:
    return (slice(top, top + ROWS_AT_ONCE) for top in range(0, height, ROWS_AT_ONCE))
