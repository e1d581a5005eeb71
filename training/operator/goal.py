"""What the truth asks of each pixel: where a class may be painted, and where only the unknown class is right."""

from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Mask, Trimap
from matting_core.edits.ink import Ink
from matting_core.trimap import depth_inside

SURE = 0.05
"""An alpha this near to 0 or 1 is one of the known classes."""

RIM = 1
"""Pixels of a known class beside the edge that a hand keeps away from."""

BAND = 4
"""Pixels on either side of what is soft that may well be unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Where each ink does no harm: bool, HxW. Foreground and background exclude each other; what is neither can only
    be unknown."""

    foreground: Mask
    background: Mask
    unknown: Mask

    @staticmethod
    def of(truth: Alpha | Trimap) -> "Goal":
        """By an alpha, float32, HxW, [0, 1], or by a trimap, uint8, HxW, {0, 128, 255}, which says what is what."""
        if is_trimap(truth):
            return Goal(truth == FOREGROUND, truth == BACKGROUND, truth == UNKNOWN)
        inside, outside = depth_inside(truth >= 1 - SURE), depth_inside(truth <= SURE)
        return Goal(inside > RIM, outside > RIM, (inside <= RIM + BAND) & (outside <= RIM + BAND))

    @property
    def undecided(self) -> Mask:
        """Where only the unknown class is right."""
        return ~(self.foreground | self.background)

    def inks(self) -> tuple[tuple[Ink, Mask, Mask], ...]:
        """Each ink with the pixels that need it where they are wrong, and with those where it may be painted."""
        return (
            (Ink.FOREGROUND, self.foreground, self.foreground),
            (Ink.BACKGROUND, self.background, self.background),
            (Ink.UNKNOWN, self.undecided, self.unknown | self.undecided),
        )


def known_as_wrong(trimap: Trimap, truth: Alpha | Trimap, *, tolerance: float) -> Mask:
    """Pixels that a trimap knows and the truth has otherwise: bool, HxW.

    trimap: uint8, HxW, {0, 128, 255}. truth: an alpha, from which a known pixel may be off by `tolerance`, or a trimap,
    whose class it must have.
    """
    wrong: Mask
    if is_trimap(truth):
        wrong = (trimap != UNKNOWN) & (trimap != truth)
    else:
        wrong = ((trimap == BACKGROUND) & (truth > tolerance)) | ((trimap == FOREGROUND) & (truth < 1 - tolerance))
    return wrong


def is_trimap(truth: Alpha | Trimap) -> TypeGuard[Trimap]:
    """Whether a truth says classes, not alphas."""
    return truth.dtype == np.uint8
