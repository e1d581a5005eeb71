"""How unlike the photos before it a photo looks: what orders "diverse".

A look is what remains of a photo at a glance: how light each part of an 8x8 grid is, which colour each part of a 4x4
grid has, and how strong edges of each of eight directions are in each quarter. These are the colour layout and the edge
histogram of MPEG-7 (Manjunath et al., "Color and texture descriptors", IEEE Trans. Circuits and Systems for Video
Technology, 2001), on Lab and without their codings. Novelty is the Euclidean distance to the nearest look before it.

A new look is compared with the last ones of its project only: what came long before may come again, and comparing stays
quick.
"""

from typing import Self

import cv2
import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from annotation_store import schema
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.store import Store
from matting_core.arrays import Rgb, check_rgb

MOST_LOOKS = 5000
SIDE = 64
"""Of the copy that is looked at."""
LIGHT, COLOUR, QUARTERS, DIRECTIONS = 8, 4, 2, 8
LENGTH = LIGHT**2 + 2 * COLOUR**2 + QUARTERS**2 * DIRECTIONS

Look = npt.NDArray[np.float16]
"""float16, LENGTH numbers: 256 bytes."""

Plane = npt.NDArray[np.float32]


def look_of(rgb: Rgb) -> Look:
    """The look of a photo: uint8 or uint16, HxWx3, sRGB. Raises InvalidArrayError."""
    check_rgb(rgb)
    small = cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    small /= np.iinfo(rgb.dtype).max
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    light, colour = lab[..., 0] / 100, lab[..., 1:] / 128
    parts = (
        cv2.resize(light, (LIGHT, LIGHT), interpolation=cv2.INTER_AREA),
        cv2.resize(colour, (COLOUR, COLOUR), interpolation=cv2.INTER_AREA),
        _edges(light),
    )
    # each part by the root of its size, so that it weighs as much as another, however finely it is cut
    weighed = [part.ravel() / np.sqrt(part.size) for part in parts]
    return np.concatenate(weighed).astype(np.float16)


class Album:
    """The last looks of a project, to compare new ones with. Not for several threads at once."""

    def __init__(self) -> None:
        self._looks = np.empty((MOST_LOOKS, LENGTH), np.float32)
        self._added = 0

    def __len__(self) -> int:
        return min(self._added, MOST_LOOKS)

    @classmethod
    def of_project(cls, store: Store, project_id: int) -> Self:
        """With what the store holds of the project; photos that came in before there were looks have none."""
        image = schema.Image
        newest = (
            select(image.look)
            .where(image.project_id == project_id, image.look.is_not(None), IS_NO_COPY)
            .order_by(image.id.desc())
            .limit(MOST_LOOKS)
        )
        album = cls()
        with store.database.read() as session:
            for look in reversed(session.scalars(newest).all()):
                album.add(np.frombuffer(look or b"", np.float16))
        return album

    def novelty_of(self, look: Look) -> float:
        """The distance to the nearest look, at most 1; 1 before there is any."""
        if not self._added:
            return 1.0
        apart = np.linalg.norm(self._looks[: len(self)] - look.astype(np.float32), axis=1)
        return min(1.0, float(apart.min()))

    def add(self, look: Look) -> None:
        """The oldest makes room once there are MOST_LOOKS."""
        self._looks[self._added % MOST_LOOKS] = look
        self._added += 1


def _edges(light: Plane) -> Plane:
    """How strong edges of each direction are in each quarter: float32, as many as both together."""
    x, y = (cv2.Sobel(light, cv2.CV_32F, *axis, scale=1 / 8) for axis in ((1, 0), (0, 1)))
    strength, angle = cv2.cartToPolar(x, y)
    # a way up and the same way down are one direction
    direction = (angle * (DIRECTIONS / np.pi)).astype(np.int32) % DIRECTIONS
    quarter = np.arange(SIDE) * QUARTERS // SIDE
    cell = (quarter[:, None] * QUARTERS + quarter) * DIRECTIONS + direction
    sums = np.bincount(cell.ravel(), strength.ravel(), minlength=QUARTERS**2 * DIRECTIONS)
    per_pixel = sums / (SIDE / QUARTERS) ** 2
    return np.sqrt(per_pixel).astype(np.float32)  # faint edges tell photos apart, too
