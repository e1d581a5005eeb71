"""A rectangle of the trimap, laid down as it is: what a drafter made of a part, for the log to keep."""

import base64
import binascii
from dataclasses import dataclass
from typing import Literal

from matting_core.arrays import Trimap
from matting_core.box import Box
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.quarters import MAX_COORDINATE
from matting_core.errors import InvalidEditError
from matting_core.image_io import decode_trimap, encode_trimap


@dataclass(frozen=True, slots=True)
class Patch:
    """left, top: the place of its first pixel, inside the image. png: the labels, an 8-bit grey PNG of 0, 128 and 255
    in base64; what reaches outside the image is left out.

    Raises InvalidEditError on construction if the place is impossible, and on use if the PNG is.
    """

    left: int
    top: int
    png: str
    tool: Literal["patch"] = "patch"

    def __post_init__(self) -> None:
        if not (0 <= self.left <= MAX_COORDINATE and 0 <= self.top <= MAX_COORDINATE):
            raise InvalidEditError("a part of a trimap begins inside the image")

    @staticmethod
    def of(labels: Trimap, *, left: int, top: int) -> "Patch":
        """labels: uint8, HxW, {0, 128, 255}."""
        return Patch(left, top, base64.b64encode(encode_trimap(labels)).decode("ascii"))

    def reach(self, whole: Box) -> Box:
        return self._box(self._labels(), whole)

    def apply(self, marks: Marks) -> Box:
        labels = self._labels()
        box = self._box(labels, marks.whole)
        part = labels[: box.height, : box.width]
        for ink in (Ink.FOREGROUND, Ink.BACKGROUND, Ink.UNKNOWN):
            changed = (part == ink.value_in_trimap) & (marks.trimap[box.slices] != part)
            marks.lay(ink, box, changed)
        return box

    def _labels(self) -> Trimap:
        try:
            return decode_trimap(base64.b64decode(self.png, validate=True))
        except (binascii.Error, ValueError) as error:
            raise InvalidEditError(f"a part of a trimap cannot be read: {error}") from error

    def _box(self, labels: Trimap, whole: Box) -> Box:
        height, width = labels.shape
        box = Box(self.left, self.top, self.left + width, self.top + height).clipped(
            width=whole.right, height=whole.bottom
        )
        return Box(0, 0, 0, 0) if box.is_empty else box
