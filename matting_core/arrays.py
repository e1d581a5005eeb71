"""The array contracts, checked where arrays enter the house.

The three checks return their argument unchanged, so that they can stand in an expression.
"""

import numpy as np
import numpy.typing as npt

from matting_core.errors import InvalidArrayError

Rgb = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Rgba = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Alpha = npt.NDArray[np.float32]
Trimap = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

BACKGROUND = 0
UNKNOWN = 128
FOREGROUND = 255


def check_rgb(rgb: Rgb) -> Rgb:
    """Raise InvalidArrayError unless `rgb` is uint8 or uint16, HxWx3, at least one pixel."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise InvalidArrayError(f"an rgb image has the shape (height, width, 3), not {rgb.shape}")
    if rgb.dtype not in (np.uint8, np.uint16):
        raise InvalidArrayError(f"an rgb image is uint8 or uint16, not {rgb.dtype}: scale it first")
    return rgb


def check_trimap(trimap: Trimap, *, like: Rgb | None = None) -> Trimap:
    """Raise InvalidArrayError unless `trimap` is uint8, HxW, {0, 128, 255}, and as large as `like`."""
    _check_plane("a trimap", trimap, np.dtype(np.uint8), like)
    # three counts are an order of magnitude faster than np.unique or np.bincount on twelve megapixels
    if sum(np.count_nonzero(trimap == value) for value in (BACKGROUND, UNKNOWN, FOREGROUND)) < trimap.size:
        strangers = sorted(set(np.unique(trimap).tolist()) - {BACKGROUND, UNKNOWN, FOREGROUND})
        raise InvalidArrayError(
            f"a trimap holds only 0, 128 and 255, but this one also holds {strangers[:5]}: "
            "save it without anti-aliasing or lossy compression"
        )
    return trimap


def check_alpha(alpha: Alpha, *, like: Rgb | None = None) -> Alpha:
    """Raise InvalidArrayError unless `alpha` is float32, HxW, finite, in [0, 1], and as large as `like`."""
    _check_plane("an alpha matte", alpha, np.dtype(np.float32), like)
    low, high = float(alpha.min()), float(alpha.max())
    if not (low >= 0.0 and high <= 1.0):  # also false for NaN
        raise InvalidArrayError(f"an alpha matte lies in [0, 1], but this one spans [{low}, {high}]")
    return alpha


def unit_colours(rgb: Rgb) -> Floats:
    """uint8 or uint16 sRGB as float32 in [0, 1], same shape."""
    return rgb.astype(np.float32) / np.float32(np.iinfo(rgb.dtype).max)


def _check_plane(what: str, plane: npt.NDArray[np.generic], dtype: np.dtype[np.generic], like: Rgb | None) -> None:
    if plane.ndim != 2 or 0 in plane.shape:
        raise InvalidArrayError(f"{what} has the shape (height, width), not {plane.shape}")
    if plane.dtype != dtype:
        raise InvalidArrayError(f"{what} is {dtype}, not {plane.dtype}")
    if like is not None and plane.shape != like.shape[:2]:
        raise InvalidArrayError(
            f"{what} of {plane.shape[1]}x{plane.shape[0]} does not fit its photo of {like.shape[1]}x{like.shape[0]}"
        )
