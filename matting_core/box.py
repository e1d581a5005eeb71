"""A rectangle of pixels: half-open, in image coordinates."""

from dataclasses import dataclass

import numpy as np

from matting_core.arrays import Mask


@dataclass(frozen=True, slots=True)
class Box:
    """Columns [left, right), rows [top, bottom), in pixels; empty when either span is not positive."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, mask: Mask) -> "Box":
        """The smallest box that covers every True pixel of `mask` (bool, HxW); empty if there is none."""
        rows = np.flatnonzero(mask.any(axis=1))
        if not rows.size:
            return cls(0, 0, 0, 0)
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        columns = np.flatnonzero(mask[top:bottom].any(axis=0))
        return cls(int(columns[0]), top, int(columns[-1]) + 1, bottom)

    @property
    def width(self) -> int:
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        return max(0, self.bottom - self.top)

    @property
    def is_empty(self) -> bool:
        return self.width == 0 or self.height == 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the box in an array: ``plane[box.slices]``."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def grown(self, margin: int) -> "Box":
        """The box with `margin` more pixels on each side (not clipped)."""
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)

    def moved(self, right: int, down: int) -> "Box":
        """The box shifted by so many pixels, e.g. into the coordinates of a crop."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def clipped(self, *, width: int, height: int) -> "Box":
        """The part of the box inside an image of the given size."""
        return Box(max(0, self.left), max(0, self.top), min(width, self.right), min(height, self.bottom))

    def union(self, other: "Box") -> "Box":
        """The smallest box that covers both; an empty box adds nothing."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )
