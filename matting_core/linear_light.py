"""Pictures made smaller or larger in linear light: the mean of a cell's light, and no value that its pixels lack.

A lens adds up light, not sRGB values; averaging those makes fine bright structures too dark. Opacity is coverage, which
adds up as it is, and colours count as much as they show: straight colours are multiplied by alpha before they are
averaged, and divided afterwards. Shrinking takes the mean over each new pixel's area, enlarging mixes the four nearest;
neither rings, as filters with negative weights would.
"""

from collections.abc import Callable, Iterator
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import (
    BACKGROUND,
    FOREGROUND,
    UNKNOWN,
    Alpha,
    Floats,
    Rgb,
    Trimap,
    check_alpha,
    check_rgb,
    check_trimap,
)
from matting_core.errors import InvalidArrayError

ROWS_AT_ONCE = 32  # of the result: what they are made of is all that is held in floating-point numbers
# What colours under alpha 0 weigh beside others: too little to be seen, enough to be kept where nothing else is.
UNSEEN = np.float32(2**-24)
ROUNDING = np.float32(1e-6)  # a mean of nothing but ones is so near to 1; a level of 16 bits is 15 times as much


def fitting(width: int, height: int, *, longest_side: int | None) -> tuple[int, int]:
    """(width, height) of a picture so shrunk that its longer side has at most `longest_side` pixels; never enlarged."""
    if longest_side is None or max(width, height) <= longest_side:
        return width, height
    scale = longest_side / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def resize_cutout(rgb: Rgb, alpha: Alpha, *, width: int, height: int) -> tuple[Rgb, Alpha]:
    """A cut-out in another size, in pixels.

    rgb: uint8 or uint16, HxWx3, straight, counted as sRGB whatever its profile says. alpha: float32, HxW, [0, 1].
    Returns the same kinds of array. One colour everywhere stays exactly that colour. Shrinking keeps the mean of alpha.
    """
    check_alpha(alpha, like=check_rgb(rgb))
    _check_size(width, height)
    if alpha.shape == (height, width):
        return rgb, alpha
    light = _light_of(rgb.dtype)

    def premultiplied(rows: slice) -> Floats:
        shown = np.maximum(alpha[rows], UNSEEN)[..., None]
        return np.concatenate([light[rgb[rows]] * shown, shown], axis=2)

    small, opacity = np.empty((height, width, 3), rgb.dtype), np.empty((height, width), np.float32)
    for rows, strip in _resized(premultiplied, alpha.shape, (height, width)):
        small[rows] = _levels(strip[..., :3] / strip[..., 3:], rgb.dtype)
        opacity[rows] = _opacity(strip[..., 3])
    return small, opacity


def resize_photo(rgb: Rgb, *, width: int, height: int) -> Rgb:
    """An opaque picture (uint8 or uint16, HxWx3, counted as sRGB) in another size, in pixels; the same dtype."""
    check_rgb(rgb)
    _check_size(width, height)
    if rgb.shape[:2] == (height, width):
        return rgb
    light = _light_of(rgb.dtype)
    small = np.empty((height, width, 3), rgb.dtype)
    for rows, strip in _resized(lambda rows: light[rgb[rows]], rgb.shape[:2], (height, width)):
        small[rows] = _levels(strip, rgb.dtype)
    return small


def resize_alpha(alpha: Alpha, *, width: int, height: int) -> Alpha:
    """An alpha matte (float32, HxW, [0, 1]) in another size, in pixels, as `resize_cutout` resizes it."""
    check_alpha(alpha)
    _check_size(width, height)
    if alpha.shape == (height, width):
        return alpha
    small = np.empty((height, width), np.float32)
    for rows, strip in _resized(lambda rows: alpha[rows][..., None], alpha.shape, (height, width)):
        small[rows] = _opacity(strip[..., 0])
    return small


def resize_trimap(trimap: Trimap, *, width: int, height: int) -> Trimap:
    """A trimap (uint8, HxW, {0, 128, 255}) in another size: known where all that a pixel is made of is known alike."""
    check_trimap(trimap)
    _check_size(width, height)
    small = np.full((height, width), UNKNOWN, np.uint8)
    for known in (BACKGROUND, FOREGROUND):
        share = resize_alpha((trimap == known).astype(np.float32), width=width, height=height)
        small[share == 1] = known
    return small


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise InvalidArrayError(f"a picture has at least one pixel along each side, not {width} x {height}")


def _resized(
    planes: Callable[[slice], Floats], size: tuple[int, ...], wanted: tuple[int, int]
) -> Iterator[tuple[slice, Floats]]:
    """Strips of the result, rows x width x channels, from `planes`, which gives rows of the original."""
    (height, width), (new_height, new_width) = size[:2], wanted
    across = cv2.INTER_AREA if new_width < width else cv2.INTER_LINEAR
    for top in range(0, new_height, ROWS_AT_ONCE):
        rows = slice(top, min(top + ROWS_AT_ONCE, new_height))
        source, weights = _row_weights(height, new_height, rows)
        part = planes(source)
        mixed = _mixed(weights, part)
        if across == cv2.INTER_LINEAR:  # which takes differences: beside alpha 1, little would be left of UNSEEN
            mixed = mixed.astype(np.float64)
        strip = cv2.resize(mixed, (new_width, len(mixed)), interpolation=across)
        yield rows, strip.reshape(len(mixed), new_width, -1)


def _mixed(weights: Floats, part: Floats) -> Floats:
    """weights (new x old) times the rows of `part`.

    Row by row: in which order a matrix product adds depends on its threads, and the same picture gives the same bytes.
    """
    rows = part.reshape(len(part), -1)
    mixed = np.zeros((len(weights), rows.shape[1]), np.float32)
    for new, shares in zip(mixed, weights, strict=True):
        for old in np.flatnonzero(shares):
            new += shares[old] * rows[old]
    return mixed.reshape(len(weights), *part.shape[1:])


def _row_weights(height: int, new_height: int, rows: slice) -> tuple[slice, Floats]:
    """Which rows of the original the new rows are made of, and how much of each is in each: float32, new x old."""
    scale = height / new_height
    new = np.arange(rows.start, rows.stop)[:, None]
    if scale >= 1:  # how much of each old row lies inside the new one
        low, high = new * scale, (new + 1) * scale
        old = np.arange(int(low[0, 0]), min(int(np.ceil(high[-1, 0])), height))
        weights = np.clip(np.minimum(high, old + 1) - np.maximum(low, old), 0, 1)
    else:  # how near each old row's middle is to the new one's
        middle = np.clip((new + 0.5) * scale - 0.5, 0, height - 1)
        old = np.arange(int(middle[0, 0]), min(int(middle[-1, 0]) + 2, height))
        weights = np.clip(1 - np.abs(middle - old), 0, 1)
    weights /= weights.sum(axis=1, keepdims=True)
    return slice(int(old[0]), int(old[-1]) + 1), weights.astype(np.float32)


def _opacity(means: Floats) -> Alpha:
    """In [0, 1], and exactly 0 and 1 where all of a cell is."""
    return np.where(means < ROUNDING, np.float32(0), np.where(means > 1 - ROUNDING, np.float32(1), means))


@cache
def _light_of(dtype: npt.DTypeLike) -> Floats:
    """The light of each level, float32 in [0, 1]: the curve of sRGB, IEC 61966-2-1, 5.2."""
    levels = np.linspace(0, 1, np.iinfo(dtype).max + 1)
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def _levels(light: Floats, dtype: npt.DTypeLike) -> Rgb:
    """The levels of light, rounded to the nearest: the same curve the other way."""
    light = np.clip(light, 0, 1)
    values = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    levels: Rgb = np.rint(values * np.iinfo(dtype).max).astype(dtype)
    return levels
