"""How one alpha differs from another of the same photo, with its sign: as a picture, and in figures.

Both are compared in the 8-bit levels in which a screen shows them and errors are measured (metrics/comparison.py), so
that what cannot be seen does not count. The two colours can be told apart by whoever sees no red or no green, and
differ in brightness, too.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Rgb
from matting_core.box import Box
from matting_core.metrics.comparison import everywhere

Signed = npt.NDArray[np.int16]

EQUAL = (112, 112, 112)
COVERS_MORE = (255, 176, 32)
LETS_MORE_THROUGH = (24, 64, 255)
FAINTEST = 0.35
"""How far from grey towards its colour the smallest difference is drawn: it is to be found, too."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of `older` in `newer`.

    changed: pixels. sad: the sum of absolute differences, in thousands, as `metrics.whole_image_sad`. mean: over all
    pixels, in [-1, 1], positive where the newer covers more. largest: the difference that is farthest from zero, with
    its sign. box: holds all that changed; empty if nothing did.
    """

    changed: int
    sad: float
    mean: float
    largest: float
    box: Box


def difference_between(older: Alpha, newer: Alpha) -> Difference:
    """The figures. Both float32, HxW, [0, 1], of one size; raises InvalidArrayError else."""
    signed = _signed(older, newer)
    apart = np.abs(signed)
    return Difference(
        changed=int(np.count_nonzero(signed)),
        sad=float(apart.sum(dtype=np.int64) / 255 / 1000),
        mean=float(signed.mean(dtype=np.float64) / 255),
        largest=float(signed.flat[int(apart.argmax())] / 255),
        box=Box.around(signed != 0),
    )


def draw_difference(older: Alpha, newer: Alpha) -> Rgb:
    """The picture: uint8, HxWx3, the fuller of colour the larger the difference. Raises as `difference_between` does.

    Grey (EQUAL) where both are alike, orange (COVERS_MORE) where the newer covers more, blue (LETS_MORE_THROUGH) where
    it lets more through.
    """
    picture: Rgb = _COLOURS[_signed(older, newer) + 255]
    return picture


def most_different_part(one: Alpha, other: Alpha, *, side: int) -> Box:
    """The square of `side` pixels, or as much of it as the photo holds, in which the two differ most in sum.

    Whichever of the two comes first makes no difference. Raises as `difference_between` does.
    """
    apart = np.abs(_signed(one, other)).astype(np.float32)
    height, width = apart.shape
    across, down = min(side, width), min(side, height)
    sums = cv2.boxFilter(
        apart, cv2.CV_64F, (across, down), anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT
    )[: height - down + 1, : width - across + 1]
    top, left = np.unravel_index(int(sums.argmax()), sums.shape)
    return Box(int(left), int(top), int(left) + across, int(top) + down)


def _signed(older: Alpha, newer: Alpha) -> Signed:
    """newer - older in 8-bit levels: int16, HxW, -255 to 255."""
    pair = everywhere(newer, older)
    signed: Signed = cv2.subtract(pair.matte, pair.truth, dtype=cv2.CV_16S)
    return signed


def _colours() -> npt.NDArray[np.uint8]:
    """The colour of each difference from -255 to 255."""
    steps = np.arange(-255, 256)
    strength = np.where(steps == 0, 0, FAINTEST + (1 - FAINTEST) * np.abs(steps) / 255)[:, None]
    target = np.where(steps[:, None] > 0, COVERS_MORE, LETS_MORE_THROUGH)
    colours: npt.NDArray[np.uint8] = np.rint(EQUAL + strength * (target - np.array(EQUAL))).astype(np.uint8)
    return colours


_COLOURS = _colours()
