"""Feathers: a shaft with close barbs that part here and there, and loose down at its foot."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats
from training.pretext.shapes import SUBPIXEL_BITS, Points, softened, subpixel
from training.pretext.strokes import draw_strokes, grow
from training.pretext.thing_contours import random_thing

BARBS = 110
"""On each side of a shaft."""


def draw_feathers(rng: np.random.Generator, size: int) -> Floats:
    """A single feather, a fan of a few, or a thing with a row of feathers."""
    if rng.random() < 0.35:
        thing = random_thing(rng, size)
        alpha = softened(thing.mask, 1)
        if len(thing.points):
            apart = int(size * rng.uniform(0.015, 0.05))
            chosen = (rng.integers(len(thing.points)) + apart * np.arange(rng.integers(8, 22))) % len(thing.points)
            roots, aim = thing.points[chosen] - thing.normals[chosen] * 12, thing.normals[chosen]
            aim = aim + rng.normal(size=2) * 0.6
            alpha = _over(alpha, _feathers(rng, roots, aim, length=size * float(rng.uniform(0.15, 0.3)), size=size))
        return alpha
    count = int(rng.choice((1, 1, 2, 3, 5, 7)))
    angle = rng.uniform(0, 2 * np.pi) + np.linspace(-0.5, 0.5, count) * rng.uniform(0.3, 0.6) * (count - 1)
    aim = np.stack([np.cos(angle), np.sin(angle)], 1)
    length = size * float(rng.uniform(0.55, 0.95))
    middle = aim.mean(0) / np.linalg.norm(aim.mean(0))
    roots = np.tile(size / 2 - middle * length * 0.5 + rng.normal(size=2) * size * 0.06, (count, 1))
    return _feathers(rng, roots, aim, length=length, size=size)


def _feathers(rng: np.random.Generator, roots: Points, aim: Points, *, length: float, size: int) -> Floats:
    kind = _Vane(
        breadth=float(np.exp(rng.uniform(np.log(0.07), np.log(0.2)))),
        slant=float(rng.uniform(0.35, 0.75)),
        loose=float(rng.uniform(0, 1) ** 2),
        down=float(rng.uniform(0.1, 0.35)),
    )
    shafts = grow(rng, roots, aim, lengths=length * rng.uniform(0.85, 1.1, len(roots)), bend=0.5, steps=24)
    alpha = np.zeros((size, size), np.float32)
    for shaft in shafts:
        alpha = _over(alpha, kind.draw(rng, shaft, size))
    quills = np.tile(np.linspace(max(2.0, length / 70), 1, 24), (len(shafts), 1))
    return np.maximum(alpha, draw_strokes(shafts, quills, size=size))


def _over(lower: Floats, upper: Floats) -> Floats:
    return 1 - (1 - lower) * (1 - upper)


@dataclass(frozen=True, slots=True)
class _Vane:
    """What the feathers of one bird have in common. breadth: half of a feather's length. slant: radians between shaft
    and barbs. loose: from 0, a closed vane, to 1, barbs apart. down: share of the length that is fluffy.
    """

    breadth: float
    slant: float
    loose: float
    down: float

    def draw(self, rng: np.random.Generator, shaft: Points, size: int) -> Floats:
        """One feather along `shaft` (K x 2, pixels)."""
        length = float(np.linalg.norm(np.diff(shaft, axis=0), axis=1).sum())
        where = np.tile(np.linspace(0.06, 0.99, BARBS), 2)
        side = np.repeat((-1.0, 1.0), BARBS)
        fluff = np.clip(1 - where / self.down, 0, 1)
        # barbs hook into one another and part in few places: neighbours share their angle up to the next parting
        parting = np.cumsum((rng.random(2 * BARBS) < 0.04 + 0.3 * self.loose) | (np.arange(2 * BARBS) == BARBS))
        shared = (rng.normal(size=int(parting[-1]) + 1) * (0.05 + 0.2 * self.loose))[parting]
        strayed = rng.normal(size=2 * BARBS) * (0.01 + 0.5 * fluff)
        roots, heading = self._along(shaft, where)
        angle = heading + side * (self.slant + 0.5 * fluff) + shared + strayed
        shape = np.clip(where / 0.25, 0, 1) ** 0.5 * np.clip((1.02 - where) / 0.4, 0, 1) ** 0.6
        uneven = 1 + rng.normal(size=2 * BARBS) * (0.01 + 0.12 * self.loose + 0.25 * fluff)
        reach = length * self.breadth / np.sin(self.slant) * shape * uneven
        aim = np.stack([np.cos(angle), np.sin(angle)], 1)
        curves = grow(rng, roots, aim, lengths=np.maximum(reach, 1), bend=0.5 * self.loose, steps=7)
        forward = np.stack([np.cos(heading), np.sin(heading)], 1) * (reach * 0.2)[:, None]
        curves += forward[:, None, :] * (np.linspace(0, 1, 7) ** 2)[None, :, None]
        thick = length / BARBS * (1.2 - 0.5 * self.loose) * (1 - 0.7 * fluff)
        barbs = draw_strokes(curves, np.maximum(thick, 0.6)[:, None] * np.linspace(1, 0.3, 7), size=size)
        if self.loose > 0.3:
            return barbs
        return np.maximum(barbs, _webs(curves, parting, closed=fluff < 0.1, tight=self.loose < 0.1, size=size))

    @staticmethod
    def _along(shaft: Points, where: npt.NDArray[np.float64]) -> tuple[Points, npt.NDArray[np.float64]]:
        """Points of the shaft and its directions in radians at shares `where` of its length."""
        knots = np.linspace(0, 1, len(shaft))
        slope = np.gradient(shaft, axis=0)
        places = np.stack([np.interp(where, knots, shaft[:, axis]) for axis in (0, 1)], 1)
        return places, np.arctan2(*(np.interp(where, knots, slope[:, axis]) for axis in (1, 0)))


def _webs(
    curves: Points, parting: npt.NDArray[np.intp], *, closed: npt.NDArray[np.bool_], tight: bool, size: int
) -> Floats:
    """The closed surface between each barb and the next one of the same part."""
    canvas = np.zeros((size, size), np.uint8)
    fixed = subpixel(curves)
    reach = fixed.shape[1] - (0 if tight else 1)  # tips stand free unless the vane is tight
    hooked = (parting[1:] == parting[:-1]) & closed[1:]
    for number in np.flatnonzero(hooked):
        web = np.concatenate([fixed[number, :reach], fixed[number + 1, reach - 1 :: -1]])
        cv2.fillPoly(canvas, [web], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    return canvas.astype(np.float32) / np.float32(255)
