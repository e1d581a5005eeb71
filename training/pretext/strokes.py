"""Painting many curves that taper along their length, each opaque where it is wider than a pixel."""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats
from training.pretext.shapes import SUBPIXEL_BITS, Points, subpixel

FEATHER = 1.4
"""Pixels that OpenCV's anti-aliasing adds to the width of what it paints; a thinner curve is a fainter line."""
FAINT = (0.1, 0.4, 0.7, 1.0, FEATHER)
"""Widths in pixels between which a thin stretch has one grey level."""


def draw_strokes(curves: Points, widths: npt.NDArray[np.float64], *, size: int) -> Floats:
    """Curves as a coverage plane: float32, size x size, [0, 1].

    curves: N x K x 2, (x, y) in pixels. widths: N x K in pixels; once thinner than about a pixel, a curve stays so to
    its end.
    """
    canvas = np.zeros((size, size), np.uint8)
    fixed = subpixel(curves)
    between = (widths[:, 1:] + widths[:, :-1]) / 2
    thick = np.argmax(np.pad(between < FEATHER, ((0, 0), (0, 1)), constant_values=True), axis=1)
    # from faint to opaque, since a faint line painted later would lighten what lies below it
    for low, high in pairwise(FAINT):
        first = np.maximum((between >= high).sum(1), thick)
        last = np.maximum((between >= low).sum(1), thick)
        shown = np.flatnonzero(last > first)
        lines = [fixed[number, first[number] : last[number] + 1] for number in shown]
        grey = round(255 * (low + high) / 2 / FEATHER)
        cv2.polylines(canvas, lines, False, grey, 1, cv2.LINE_AA, SUBPIXEL_BITS)
    for outline in _ribbons(curves, widths, thick):
        cv2.fillPoly(canvas, [outline], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    return canvas.astype(np.float32) / np.float32(255)


def _ribbons(
    curves: Points, widths: npt.NDArray[np.float64], thick: npt.NDArray[np.intp]
) -> list[npt.NDArray[np.int32]]:
    """Closed outlines of the first `thick` stretches of every curve."""
    tangent = np.gradient(curves, axis=1)
    tangent /= np.linalg.norm(tangent, axis=2, keepdims=True) + 1e-9
    sideways = np.stack([-tangent[..., 1], tangent[..., 0]], -1) * np.maximum(widths - FEATHER, 0)[..., None] / 2
    left, right = subpixel(curves + sideways), subpixel(curves - sideways)
    return [
        np.concatenate([left[number, : thick[number] + 1], right[number, thick[number] :: -1]])
        for number in np.flatnonzero(thick)
    ]


def grow(
    rng: np.random.Generator,
    roots: Points,
    headings: Points,
    *,
    lengths: npt.NDArray[np.float64],
    bend: float = 0.0,
    curl: float = 0.0,
    pull: tuple[float, float] = (0.0, 0.0),
    steps: int = 12,
) -> Points:
    """Curves from `roots` (N x 2, pixels) that set out along `headings` (N x 2): N x `steps` x 2, in pixels.

    lengths: N, pixels. bend: spread in radians of an even turn over the whole length. curl: amplitude in radians of a
    winding. pull: what is added to every heading little by little, as weight or wind does.
    """
    count = len(roots)
    along = np.linspace(0, 1, steps)[None, :]
    start = np.arctan2(headings[:, 1], headings[:, 0])[:, None]
    turn = rng.normal(size=(count, 1)) * bend * along
    winding = np.sin(along * rng.uniform(3, 11, (count, 1)) + rng.uniform(0, 2 * np.pi, (count, 1)))
    angle = start + turn + winding * rng.normal(size=(count, 1)) * curl * along**0.5
    direction = np.stack([np.cos(angle) + pull[0] * along, np.sin(angle) + pull[1] * along], -1)
    direction /= np.linalg.norm(direction, axis=2, keepdims=True) + 1e-9
    direction[:, 0] = 0
    steps_taken = direction * (lengths / (steps - 1))[:, None, None]
    curves: Points = roots[:, None, :] + np.cumsum(steps_taken, axis=1)
    return curves
