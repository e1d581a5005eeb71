"""Flood fill: the connected pixels of one label get another. Its twin is ``studio/editor/edits/fill.js``."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from matting_core.box import Box
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.quarters import MAX_COORDINATE
from matting_core.errors import InvalidEditError


@dataclass(frozen=True, slots=True)
class Fill:
    """From pixel (x, y), to all pixels that are reached through neighbours of the same label, over edges.

    ink: what is laid down. x: column, y: row, in whole pixels; outside the image nothing happens. Raises
    InvalidEditError on construction if they are far outside any image.
    """

    ink: Ink
    x: int
    y: int
    tool: Literal["fill"] = "fill"

    def __post_init__(self) -> None:
        if not (abs(self.x) <= MAX_COORDINATE and abs(self.y) <= MAX_COORDINATE):
            raise InvalidEditError("the pixel to fill from lies too far outside the image")

    def reach(self, whole: Box) -> Box:
        return whole

    def apply(self, marks: Marks) -> Box:
        whole = marks.whole
        if not (0 <= self.x < whole.right and 0 <= self.y < whole.bottom):
            return Box(0, 0, 0, 0)
        found = np.zeros((whole.bottom + 2, whole.right + 2), np.uint8)
        only_mark = 4 | (1 << 8) | cv2.FLOODFILL_MASK_ONLY  # neighbours over edges, written as 1 into `found`
        _, _, _, (left, top, width, height) = cv2.floodFill(
            marks.trimap, found, (self.x, self.y), 0, loDiff=0, upDiff=0, flags=only_mark
        )
        box = Box(left, top, left + width, top + height)
        marks.lay(self.ink, box, found[1:-1, 1:-1][box.slices] > 0)
        return box
