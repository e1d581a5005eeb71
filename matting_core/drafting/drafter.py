"""The protocol behind which every drafter stands: what it is told, and what it answers."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats, Mask, Rgb, Trimap, check_rgb
from matting_core.box import Box
from matting_core.errors import InvalidArrayError
from matting_core.trimap import Label

CERTAIN = 255
"""A drafter's certainty where it has no doubt: certainties are kept in the 256 steps of a byte."""


@dataclass(frozen=True, slots=True)
class Click:
    """One pixel of the full photo and what it is. x: column, y: row, both from 0."""

    x: int
    y: int
    label: Label


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """What a person, or another program, has told about the photo.

    box: the subject lies inside; pixels of the full photo. A box that covers nothing or everything says nothing.
    clicks: in the order they were made. mask: the subject, roughly: bool, or float32 in [0, 1] with the subject above
    0.5; HxW of the photo or of a smaller or larger copy.

    Raises InvalidArrayError on construction if the mask is anything else.
    """

    box: Box | None = None
    clicks: tuple[Click, ...] = ()
    mask: Mask | Floats | None = None

    def __post_init__(self) -> None:
        if self.mask is not None:
            check_mask(self.mask)


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A trimap, and how sure the drafter is of it.

    trimap: uint8, HxW, {0, 128, 255}. certainty: uint8, hxw, 255 where there is no doubt; of the drafter's working
    size, since a float plane of a large photo takes more memory than the photo itself and few callers need one.
    """

    trimap: Trimap
    certainty: npt.NDArray[np.uint8]

    @property
    def confidence(self) -> Floats:
        """How sure the drafter is that its label of each pixel is right: float32, HxW, [0, 1], made anew at each call.

        Low in and near the unknown band and where the decision was close; 1 at a click. An estimate, which nobody has
        calibrated: good for ranking places and photos.
        """
        height, width = self.trimap.shape
        enlarged: Floats = cv2.resize(self.certainty, (width, height), interpolation=cv2.INTER_LINEAR).astype(
            np.float32
        )
        enlarged /= CERTAIN
        return enlarged

    @property
    def doubtful_share(self) -> float:
        """How much of the photo deserves a second look, to order a queue by: mean of 1 - confidence, in [0, 1]."""
        return 1 - float(self.certainty.mean()) / CERTAIN


@runtime_checkable
class Drafter(Protocol):
    """Something that guesses a trimap from a photo."""

    @property
    def name(self) -> str:
        """Short name for people, e.g. ``automatic``."""
        ...

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        """A first trimap of the photo.

        rgb: uint8 or uint16, HxWx3, sRGB, at least 8x8. The trimap has at least one pixel of each class, unless clicks
        say otherwise. A click's pixel and a small disc around it have the click's label. Raises InvalidArrayError if
        the photo or the hints break their contracts.
        """
        ...


def check_hints(hints: Hints, *, like: Rgb) -> Hints:
    """`hints`, or InvalidArrayError if `like` is no rgb image or a click lies outside it."""
    height, width = check_rgb(like).shape[:2]
    for click in hints.clicks:
        if not (0 <= click.x < width and 0 <= click.y < height):
            raise InvalidArrayError(
                f"a click at column {click.x}, row {click.y} lies outside its photo of {width}x{height} pixels: "
                "click inside the photo"
            )
    return hints


def check_mask(mask: Mask | Floats) -> Mask | Floats:
    """`mask`, or InvalidArrayError unless it is HxW and either bool or float32, finite, in [0, 1]."""
    if mask.ndim != 2 or 0 in mask.shape:
        raise InvalidArrayError(f"a mask has the shape (height, width), not {mask.shape}")
    if mask.dtype not in (np.bool_, np.float32):
        raise InvalidArrayError(f"a mask is bool, or float32 in [0, 1], not {mask.dtype}: convert it first")
    low, high = float(mask.min()), float(mask.max())
    if not (low >= 0.0 and high <= 1.0):  # also false for NaN
        raise InvalidArrayError(f"a soft mask lies in [0, 1], but this one spans [{low}, {high}]")
    return mask
