"""Plane forms as signed distances: negative inside, zero on the edge, in the unit of their coordinates.

A form is a function of two float32 planes of coordinates (x to the right, y down) that gives a float32 plane of the
same shape. Away from the edge the distances are only roughly Euclidean, which is all that smooth unions need.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats

Form = Callable[[Floats, Floats], Floats]
Place = tuple[float, float]
_TINY = 1e-6


def capsule(start: Place, end: Place, *, radii: tuple[float, float]) -> Form:
    """A limb: thick as the first of `radii` at its start, and tapering evenly to the second at its end."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down + _TINY

    def distance(x: Floats, y: Floats) -> Floats:
        along = np.clip(((x - start[0]) * across + (y - start[1]) * down) / length, 0, 1)
        gap = np.hypot(x - start[0] - along * across, y - start[1] - along * down)
        return _float32(gap - (radii[0] + along * (radii[1] - radii[0])))

    return distance


def superellipse(centre: Place, half: Place, *, power: float = 2.0, angle: float = 0.0) -> Form:
    """An ellipse (`power` 2) that turns into its bounding box as `power` grows; `angle` in radians."""
    smaller = min(half)

    def distance(x: Floats, y: Floats) -> Floats:
        right, below = _turned(x - centre[0], y - centre[1], angle)
        right, below = np.abs(right / half[0]), np.abs(below / half[1])
        if power == 2:
            norm = np.hypot(right, below)
            slope = np.hypot(right / half[0], below / half[1])
            return _float32(norm * (norm - 1) / (slope + _TINY))
        reached = (np.power(right, power) + np.power(below, power)) ** np.float32(1 / power)
        return _float32((reached - 1) * smaller)

    return distance


def rounded_box(centre: Place, half: Place, *, corner: float, taper: float = 0.0, angle: float = 0.0) -> Form:
    """A box with rounded corners; with `taper` t its top is 1 - t and its bottom 1 + t times as wide."""
    corner = min(corner, 0.95 * half[1], 0.95 * half[0] * (1 - abs(taper)))

    def distance(x: Floats, y: Floats) -> Floats:
        right, below = _turned(x - centre[0], y - centre[1], angle)
        wide = half[0] * (1 + taper * np.clip(below / half[1], -1, 1))
        beyond_side, beyond_end = np.abs(right) - wide + corner, np.abs(below) - (half[1] - corner)
        outside = np.hypot(np.maximum(beyond_side, 0), np.maximum(beyond_end, 0))
        return _float32(outside + np.minimum(np.maximum(beyond_side, beyond_end), 0) - corner)

    return distance


def profile(knots: Sequence[Place], *, straight: bool = False) -> Form:
    """What a lathe turns, upright about x = 0: `knots` are (y, half width), from top to bottom."""
    heights, widths = [height for height, _ in knots], [width for _, width in knots]
    fine = np.linspace(heights[0], heights[-1], 128)
    smooth = np.interp(fine, heights, widths)
    if not straight:
        window = np.hanning(13)
        smooth = np.convolve(np.pad(smooth, 6, mode="edge"), window / window.sum(), "valid")
    steep = np.sqrt(1 + np.gradient(smooth, fine) ** 2)
    table, slant = smooth.astype(np.float32), steep.astype(np.float32)

    def distance(x: Floats, y: Floats) -> Floats:
        step = np.clip((y - heights[0]) * float(127 / (heights[-1] - heights[0])), 0, 126.99).astype(np.float32)
        index = step.astype(np.intp)
        width = table[index] + (step - index) * (table[index + 1] - table[index])
        end = np.maximum(heights[0] - y, y - heights[-1])
        return _float32(np.maximum((np.abs(x) - width) / slant[index], end))

    return distance


def shell(form: Form, thickness: float) -> Form:
    """Only the edge of `form`, `thickness` wide: rings, handles, rims."""
    return lambda x, y: _float32(np.abs(form(x, y)) - thickness / 2)


def smooth_union(forms: Sequence[Form], *, smoothness: float) -> Form:
    """All `forms`, grown together where they are nearer to one another than about `smoothness`."""

    def distance(x: Floats, y: Floats) -> Floats:
        joined = forms[0](x, y)
        for form in forms[1:]:
            other = form(x, y)
            near = np.maximum(smoothness - np.abs(joined - other), 0) / (smoothness + _TINY)
            joined = np.minimum(joined, other) - near * near * (smoothness / 4)
        return joined

    return distance


def carved(form: Form, hollow: Form) -> Form:
    """`form` without `hollow`."""
    return lambda x, y: np.maximum(form(x, y), -hollow(x, y))


def _float32(plane: npt.NDArray[Any]) -> Floats:
    return plane.astype(np.float32, copy=False)


def _turned(x: Floats, y: Floats, angle: float) -> tuple[Floats, Floats]:
    if angle == 0:
        return x, y
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    return x * cosine + y * sine, y * cosine - x * sine
