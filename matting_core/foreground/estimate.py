"""F of a whole photo: coarse levels of all of it at once, the last levels only along the subject's edges.

PyMatting's multi-level method takes about 100 bytes for every pixel, and spends most of its time where nothing is to
be found out. So it gets the photo at one megapixel at most; from there, tiles that hold soft pixels go on to the full
resolution by the same equations. Their margins are wider than any pixel's influence: tiling leaves no trace.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Floats, Mask, Rgb, check_alpha, check_rgb
from matting_core.box import Box
from matting_core.tiles import tiles

Plane = TypeVar("Plane", bound=npt.NDArray[Any])

COARSE_PIXELS = 1_000_000
TILE = 512  # pixels along a tile's side, without its margin
ROUNDS = 6  # of relaxation at each level: PyMatting does 2, and stays further from known colours by a fifth
BESIDE = 8  # pixels outside the subject that get its colours continued at full resolution, for whoever resizes later


@dataclass(frozen=True, slots=True)
class Coarse:
    """F and B of a whole photo (float32, HxWx3, [0, 1]), shrunk `halvings` times by two; sizes are rounded up."""

    F: Floats
    B: Floats
    halvings: int

    @property
    def grid(self) -> int:
        return int(2**self.halvings)

    @property
    def margin(self) -> int:
        """How far, in pixels of the photo, relaxing and enlarging can carry anything."""
        # at each level 2 pixels for a round of relaxation and 1 for the enlargement before it
        return int(self.grid * (2 * ROUNDS + 2))


def estimate_foreground(rgb: Rgb, alpha: Alpha) -> Rgb:
    """The colours F of the subject, free of the old background.

    rgb: uint8 or uint16, HxWx3, sRGB. alpha: float32, HxW, [0, 1]. Returns the dtype and shape of rgb:
    exactly the photo where alpha is 1; where it is less, the subject's colours continued, in detail up to `BESIDE`
    pixels outside the subject and smoothly beyond, never the old background. Of a large 8-bit photo it takes about 6
    bytes a pixel, the result included.
    """
    check_alpha(alpha, like=check_rgb(rgb))
    height, width = alpha.shape
    coarse = coarse_estimate(rgb, alpha)
    foreground: Rgb = _enlarged(_as(coarse.F, rgb), coarse.grid)[:height, :width]
    if coarse.halvings:
        wanted = _along_the_subject(alpha)
        for core in tiles(width=width, height=height, side=TILE, grid=coarse.grid):
            if (here := wanted[core.slices]).any():
                foreground[core.slices][here] = _as(_refined(rgb, alpha, core, coarse)[here], rgb)
    np.copyto(foreground, rgb, where=(alpha == 1)[..., None])
    return foreground


def coarse_estimate(rgb: Rgb, alpha: Alpha) -> Coarse:
    """PyMatting's estimate, at one megapixel at most."""
    from pymatting import estimate_foreground_ml  # compiles for a minute when first imported

    halvings = 0
    while alpha.size > COARSE_PIXELS * 4**halvings:
        halvings += 1
    small, opacity = _shrunk(rgb, 2**halvings), _shrunk(alpha, 2**halvings)
    F, B = estimate_foreground_ml(_values(small), opacity, return_background=True)
    return Coarse(F, B, halvings)


def _along_the_subject(alpha: Alpha) -> Mask:
    """Where alpha is not 1, and is not 0 within a few pixels."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * BESIDE + 1, 2 * BESIDE + 1))
    near: Mask = cv2.dilate((alpha > 0).view(np.uint8), disc).view(np.bool_)
    near &= alpha < 1
    return near


def _refined(rgb: Rgb, alpha: Alpha, core: Box, coarse: Coarse) -> Floats:
    """F in `core` at full resolution: float32, HxWx3."""
    from matting_core.foreground.relaxation import relax  # compiles for some seconds when first imported

    height, width = alpha.shape
    reach = core.grown(coarse.margin).clipped(width=width, height=height)
    part = _padded(np.ascontiguousarray(rgb[reach.slices]), coarse.grid)
    opacity = _padded(np.ascontiguousarray(alpha[reach.slices]), coarse.grid)
    below = tuple(slice(edge.start // coarse.grid, -(-edge.stop // coarse.grid)) for edge in reach.slices)
    F, B = coarse.F[below], coarse.B[below]
    for level in range(coarse.halvings - 1, -1, -1):
        F, B = _enlarged(F, 2), _enlarged(B, 2)
        relax(_values(_shrunk(part, 2**level)), _shrunk(opacity, 2**level), F, B, ROUNDS)
    top, left = core.top - reach.top, core.left - reach.left
    return F[top : top + core.height, left : left + core.width]


def _shrunk(plane: Plane, factor: int) -> Plane:
    """Means of squares of `factor` pixels; a matting equation with locally even F and B survives them."""
    if factor == 1:
        return plane
    whole = _padded(plane, factor)
    size = whole.shape[1] // factor, whole.shape[0] // factor
    small: Plane = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return small


def _padded(plane: Plane, grid: int) -> Plane:
    """`plane` with its last row and column repeated up to multiples of `grid`."""
    down, across = -plane.shape[0] % grid, -plane.shape[1] % grid
    if down == across == 0:
        return plane
    whole: Plane = cv2.copyMakeBorder(plane, 0, down, 0, across, cv2.BORDER_REPLICATE)
    return whole


def _enlarged(plane: Plane, factor: int) -> Plane:
    if factor == 1:
        return plane
    size = plane.shape[1] * factor, plane.shape[0] * factor
    large: Plane = cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)
    return large


def _values(rgb: npt.NDArray[Any]) -> Floats:
    return rgb.astype(np.float32) / np.float32(np.iinfo(rgb.dtype).max)


def _as(colours: Floats, rgb: Rgb) -> Rgb:
    """Colours in [0, 1] in the depth of `rgb`."""
    top = np.float32(np.iinfo(rgb.dtype).max)
    levels: Rgb = np.empty(colours.shape, rgb.dtype)
    levels[:] = np.rint(np.clip(colours, 0, 1) * top)
    return levels
