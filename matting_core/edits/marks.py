"""What edits work on: the trimap, and the alpha that was painted by hand over the model's.

Two rules keep them apart. *Known wins*: where the trimap is foreground or background, nothing is retouched, and the
alpha is exactly 1 or 0. *Painting alpha opens*: soft paint on a known pixel makes it unknown, with what it showed as
fully covering paint below, so that nothing jumps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import FOREGROUND, UNKNOWN, Alpha, Mask, Trimap
from matting_core.box import Box
from matting_core.edits.ink import Ink
from matting_core.edits.runs import Runs
from matting_core.errors import InvalidArrayError, InvalidEditError

Levels = npt.NDArray[np.uint16]

FULL = 65535
"""A coverage or an alpha of 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Retouch:
    """Alpha painted by hand, as a layer over the model's: shown = model (1 - coverage) + value.

    coverage, value: uint16, HxW, FULL is 1; value is premultiplied by coverage, so it is never larger.
    """

    coverage: Levels
    value: Levels

    @staticmethod
    def blank(shape: tuple[int, ...]) -> "Retouch":
        return Retouch(np.zeros(shape, np.uint16), np.zeros(shape, np.uint16))

    def part(self, box: Box) -> "Retouch":
        """A view of the layer inside `box`; it changes with the layer."""
        return Retouch(self.coverage[box.slices], self.value[box.slices])

    def copy(self) -> "Retouch":
        return Retouch(self.coverage.copy(), self.value.copy())

    def over(self, alpha: Alpha) -> Alpha:
        """What is shown where the model says `alpha`: float32, HxW, [0, 1], both ways."""
        shown = alpha * (1 - self.coverage / np.float32(FULL)) + self.value / np.float32(FULL)
        return np.clip(shown, 0, 1).astype(np.float32)

    def below(self, shown: Alpha) -> Alpha:
        """An alpha of the model that `over` shows as `shown`: float32, HxW, [0, 1], both ways."""
        clear = 1 - self.coverage / np.float32(FULL)
        with np.errstate(divide="ignore", invalid="ignore"):
            model = (shown - self.value / np.float32(FULL)) / clear
        return np.clip(np.where(clear > 0, model, shown), 0, 1).astype(np.float32)

    def to_png(self) -> bytes:
        """16-bit grey PNG, coverage above value."""
        done, png = cv2.imencode(".png", np.vstack([self.coverage, self.value]))
        if not done:
            raise InvalidArrayError("a retouched alpha could not be written as PNG")
        return png.tobytes()

    @staticmethod
    def from_png(png: bytes) -> "Retouch":
        """The inverse of `to_png`; InvalidArrayError if `png` is nothing of the kind."""
        stacked = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED) if png else None
        if stacked is None or stacked.ndim != 2 or stacked.dtype != np.uint16 or len(stacked) % 2:
            raise InvalidArrayError("this is no retouched alpha: a 16-bit grey PNG of two planes was expected")
        coverage, value = np.split(stacked, 2)
        return Retouch(coverage, value)


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """What an edit covered, to take it back: the box, its trimap, and its retouched alpha if there was any."""

    box: Box
    trimap: Trimap
    retouch: Retouch | None

    @property
    def bytes(self) -> int:
        layer = 0 if self.retouch is None else self.retouch.coverage.nbytes + self.retouch.value.nbytes
        return self.trimap.nbytes + layer

    def part(self, box: Box) -> "Covered":
        """A copy of what it says about `box`, which lies inside its own."""
        inner = box.moved(-self.box.left, -self.box.top)
        retouch = None if self.retouch is None else self.retouch.part(inner).copy()
        return Covered(box, self.trimap[inner.slices].copy(), retouch)


@dataclass(slots=True, eq=False)
class Marks:
    """An image's trimap and retouched alpha; edits change them in place.

    trimap: uint8, HxW, {0, 128, 255}. draft: gives the trimap that erasing brings back, of the same size. retouch: None
    as long as nothing is painted by hand.
    """

    trimap: Trimap
    draft: Callable[[], Trimap]
    retouch: Retouch | None = None

    @property
    def whole(self) -> Box:
        return Box(0, 0, self.trimap.shape[1], self.trimap.shape[0])

    @property
    def is_retouched(self) -> bool:
        """Whether any alpha is painted by hand."""
        return self.retouch is not None and bool(self.retouch.coverage.any())

    def lay(self, ink: Ink, box: Box, mask: Mask) -> None:
        """Label the pixels of `mask` (bool, the size of `box`); what was painted by hand there is gone."""
        if ink is Ink.DRAFT:
            self.trimap[box.slices][mask] = self._fitting_draft()[box.slices][mask]
        else:
            self.trimap[box.slices][mask] = ink.value_in_trimap
        self.clear_retouch(box, mask)

    def lay_runs(self, ink: Ink, runs: Runs) -> None:
        """As `lay`, for runs of pixels."""
        draft, label = (self._fitting_draft(), 0) if ink is Ink.DRAFT else (None, ink.value_in_trimap)
        layer = () if self.retouch is None else (self.retouch.coverage, self.retouch.value)
        for row, first, end in runs.tolist():
            self.trimap[row, first:end] = label if draft is None else draft[row, first:end]
            for plane in layer:
                plane[row, first:end] = 0

    def clear_retouch(self, box: Box, mask: Mask) -> None:
        if self.retouch is not None:
            for plane in (self.retouch.coverage, self.retouch.value):
                plane[box.slices][mask] = 0

    def paint_alpha(self, box: Box, *, weight: npt.NDArray[np.uint8], value: int) -> None:
        """Paint alpha by hand: `weight` (uint8, the size of `box`, 255 covers fully) of `value` (0 to 255)."""
        if self.retouch is None:
            self.retouch = Retouch.blank(self.trimap.shape)
        layer, labels = self.retouch.part(box), self.trimap[box.slices]
        known = (weight > 0) & (labels != UNKNOWN)
        layer.coverage[known] = FULL
        layer.value[known] = np.where(labels[known] == FOREGROUND, FULL, 0)
        labels[known] = UNKNOWN
        for plane, target in ((layer.coverage, FULL), (layer.value, value * (FULL // 255))):
            here = plane.astype(np.int32)
            plane[...] = here + ((target - here) * weight.astype(np.int32) + 127) // 255

    def shown(self, alpha: Alpha, box: Box) -> Alpha:
        """The model's `alpha` (float32, the size of `box`) under what is painted by hand; known pixels stay exact."""
        return alpha if self.retouch is None else self.retouch.part(box).over(alpha)

    def cover(self, box: Box) -> Covered:
        """A copy of what lies in `box`."""
        retouch = None if self.retouch is None else self.retouch.part(box).copy()
        return Covered(box, self.trimap[box.slices].copy(), retouch)

    def put_back(self, covered: Covered) -> None:
        """Take back everything that happened in the box since `covered` was made."""
        self.trimap[covered.box.slices] = covered.trimap
        if self.retouch is None:
            return
        layer = self.retouch.part(covered.box)
        layer.coverage[...] = 0 if covered.retouch is None else covered.retouch.coverage
        layer.value[...] = 0 if covered.retouch is None else covered.retouch.value

    def _fitting_draft(self) -> Trimap:
        draft = self.draft()
        if draft.shape != self.trimap.shape:
            raise InvalidEditError("the draft of this image has another size: it cannot be brought back")
        return draft

    def copy(self) -> "Marks":
        return Marks(self.trimap.copy(), self.draft, None if self.retouch is None else self.retouch.copy())
