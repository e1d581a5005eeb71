"""What a slip is, and how marked cells of a small copy become a few slips in the photo's own pixels."""

import math
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from matting_core.arrays import Floats, Mask
from matting_core.box import Box


class SlipKind(StrEnum):
    """What is wrong with the labels."""

    CONTRADICTION = "contradiction"
    """A known label that its surroundings would not have given."""
    SPECK = "speck"
    """A tiny island of one label in another."""
    THIN_BAND = "thin_band"
    """The unknown band ends where the matte is still on its way to 0 or 1."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One likely slip. box, centre (column, row): pixels of the photo, the centre inside the box.

    severity: [0, 1], how clear and how large it is; for ordering, not a probability.
    """

    kind: SlipKind
    box: Box
    centre: tuple[int, int]
    severity: float


@dataclass(frozen=True, slots=True)
class SmallCopy:
    """How a copy belongs to its photo: `times` pixels of the photo in a row or column are one cell."""

    width: int
    height: int
    times: int

    @classmethod
    def of(cls, shape: tuple[int, ...], *, side: int) -> "SmallCopy":
        """The copy of a photo of this shape (height, width) whose longer side is at most `side` cells."""
        height, width = shape
        times = max(1, math.ceil(max(height, width) / side))
        return cls(width, height, times)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of cells, rounded up, as `matting_core.trimap.coarser` has them."""
        return -(-self.width // self.times), -(-self.height // self.times)

    @property
    def side(self) -> int:
        """The longer side in cells."""
        return max(self.size)

    def box(self, cells: Box) -> Box:
        """The pixels of these cells."""
        times = self.times
        grown = Box(cells.left * times, cells.top * times, cells.right * times, cells.bottom * times)
        return grown.clipped(width=self.width, height=self.height)


def slips_from_cells(
    kind: SlipKind, strength: Floats, marked: Mask, *, copy: SmallCopy, joined: int, worth: float
) -> list[Slip]:
    """One slip for each group of marked cells, in raster order.

    strength: float32, [0, 1], how clear the slip is in each cell; marked: bool; both of the copy's size. joined: cells
    closer than that belong together. worth: number of cells from which on a slip is more large than small.
    """
    reach = np.ones((2 * (joined // 2) + 1,) * 2, np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(marked.astype(np.uint8), reach))
    slips = []
    for number in range(1, count):
        left, top, width, height, _ = (int(value) for value in stats[number])
        around = Box(left, top, left + width, top + height)
        members = (labels[around.slices] == number) & marked[around.slices]
        extent = np.count_nonzero(members) / worth
        clear = float(strength[around.slices][members].mean())
        box = copy.box(Box.around(members).moved(left, top))
        centre = (box.left + box.right - 1) // 2, (box.top + box.bottom - 1) // 2
        slips.append(Slip(kind, box, centre, float(min(1.0, clear * extent / (extent + 1)))))
    return slips


def worst_first(slips: list[Slip], *, count: int) -> tuple[Slip, ...]:
    """At most `count` of them, by severity, without those that lie within a worse one."""
    kept: list[Slip] = []
    for slip in sorted(slips, key=lambda slip: (-slip.severity, slip.kind, slip.box.top, slip.box.left)):
        if len(kept) == count:
            break
        x, y = slip.centre
        if not any(other.box.left <= x < other.box.right and other.box.top <= y < other.box.bottom for other in kept):
            kept.append(slip)
    return tuple(kept)
