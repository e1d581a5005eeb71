"""The protocol behind which every drafter stands."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from matting_core.arrays import Rgb, Trimap
from matting_core.box import Box


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person has told about the photo. box: the subject lies inside; pixels of the full photo."""

    box: Box | None = None


NO_HINTS = Hints()


@runtime_checkable
class Drafter(Protocol):
    """Something that guesses a trimap from a photo."""

    @property
    def name(self) -> str:
        """Short name for people, e.g. ``automatic``."""
        ...

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Trimap:
        """A first trimap of the photo.

        rgb: uint8 or uint16, HxWx3, sRGB, at least 8x8. Returns uint8, HxW, {0, 128, 255}, with at least one
        pixel of each class.
        """
        ...
