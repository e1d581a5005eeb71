"""Sloppy trimaps for a careful one: what operators and drafters hand a network before anybody has put it right.

A model that only ever meets approved trimaps is good where nobody needs it. Every trimap made here says less than the
approved one and nothing else: what it knows, the approved one knows alike.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Trimap
from training.windows import Window

NARROWEST, WIDEST = 2.0, 32.0
"""By how many pixels the unknown region grows, in a photo of 800 pixels on its longer side."""
USUAL_SIDE = 800
FURTHEST = 64.0
"""Pixels by which it grows at most, however large the photo: a window must still see both known classes."""


@dataclass(frozen=True, slots=True)
class Sloppiness:
    """How often which trimap is given: as approved, with the drafter's unknown region, or else grown. Shares, of which
    the rest up to 1 are grown."""

    as_approved: float = 0.4
    as_drafted: float = 0.2

    def __post_init__(self) -> None:
        if min(self.as_approved, self.as_drafted) < 0 or self.as_approved + self.as_drafted > 1:
            raise ValueError("the shares of trimaps as approved and as drafted are 0 or more, and 1 or less together")


@dataclass(frozen=True, slots=True)
class SloppyTrimaps:
    """Makes them for one photo. distance: float32, HxW, pixels to the nearest unknown pixel or edge between the known
    classes."""

    approved: Trimap
    drafted: Trimap | None
    distance: Floats

    @staticmethod
    def of(approved: Trimap, drafted: Trimap | None = None) -> "SloppyTrimaps":
        """approved, drafted: uint8, HxW, {0, 128, 255}."""
        return SloppyTrimaps(approved, drafted, distance_to(edge_of(approved)))

    def draw(self, rng: np.random.Generator, window: Window, how: Sloppiness) -> Trimap:
        """A trimap of a part of the photo: uint8, h x w, {0, 128, 255}."""
        approved: Trimap = window.of(self.approved)
        chance = rng.random()
        if chance < how.as_approved:
            return approved
        if chance < how.as_approved + how.as_drafted and self.drafted is not None:
            unknown = window.of(self.drafted) == UNKNOWN
        else:
            distance = window.of(self.distance)
            within = [(approved == label) & (distance <= self._width(rng)) for label in (BACKGROUND, FOREGROUND)]
            unknown = within[0] | within[1]
        return np.where(unknown, UNKNOWN, approved).astype(np.uint8)

    def _width(self, rng: np.random.Generator) -> float:
        scale = max(self.approved.shape) / USUAL_SIDE
        width = scale * float(np.exp(rng.uniform(np.log(NARROWEST), np.log(WIDEST))))
        return float(np.clip(width, 1.0, FURTHEST))


def edge_of(trimap: Trimap) -> npt.NDArray[np.bool_]:
    """Where a subject ends: what is unknown, and pixels at which background and foreground touch; bool, HxW."""
    square = np.ones((3, 3), np.uint8)
    fore, back = (cv2.dilate((trimap == label).astype(np.uint8), square) for label in (FOREGROUND, BACKGROUND))
    edge: npt.NDArray[np.bool_] = (trimap == UNKNOWN) | ((fore > 0) & (back > 0))
    return edge


def distance_to(mask: npt.NDArray[np.bool_]) -> Floats:
    """Pixels to the nearest true pixel; infinite where there is none: float32, HxW."""
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    distance: Floats = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5).astype(np.float32)
    return distance
