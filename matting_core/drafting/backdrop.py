"""Subjects in front of a plain studio backdrop: whatever departs from the colours of the frame.

The backdrop may have a gradient (one lamp is always nearer): each Lab channel is a quadratic polynomial of
the place, fitted to a ring along the frame and robust against a subject that the frame cuts.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats, Mask, Rgb
from matting_core.drafting.click_reach import click_reach
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints, check_hints
from matting_core.drafting.finishing import draft_of_score
from matting_core.drafting.small_hints import small_hints
from matting_core.drafting.working_copy import lab_of, shrunk

SIDE = 640
RING_SHARE = 0.03  # of the longer side
ROUNDS = 12
PLAIN = 5.0  # Lab units: within this distance of the model, the ring counts as plain
LIGHTNESS_WEIGHT = 0.6  # a soft shadow is a change of lightness alone, and part of the backdrop
UNDECIDED = 0.49  # a hole through the subject, or a part of it in the backdrop's colour: a person sees which
LEAST_NOISE = 1.2  # Lab units: compression alone makes as much
START, END = 4.0, 10.0  # multiples of the noise at which the subject begins, and is certain


class BackdropDrafter:
    """Drafts by distance from the colours of a plain backdrop; useless on any other photo: ask `backdrop_fit`."""

    name = "backdrop"

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        """See `matting_core.drafting.drafter.Drafter.draft`. Outside the hinted box all is background but clicks.

        A click speaks for the region around it up to the next edge; a hinted mask decides what is far from its edge.
        """
        check_hints(hints, like=rgb)
        height, width = rgb.shape[:2]
        small = shrunk(rgb, side=SIDE)
        said = small_hints(hints, full=(height, width), small=(small.shape[0], small.shape[1]))
        score = backdrop_score(small).score
        score[_enclosed(score <= 0.5)] = UNDECIDED
        if said.decide_clicks:
            reach = click_reach(small, said, background=said.surely_background)
            score[reach.sure_foreground], score[reach.sure_background] = 1, 0
        score[said.surely_foreground], score[said.surely_background] = 1, 0
        return draft_of_score(score, small, hints, said, height=height, width=width)


@dataclass(frozen=True, slots=True)
class BackdropScore:
    """score: float32, hxw, [0, 1], how far each pixel departs from a plain backdrop. fit: which part of the frame looks
    like one, [0, 1]."""

    score: Floats
    fit: float


def backdrop_score(rgb: Rgb) -> BackdropScore:
    """Of a small copy: uint8, hxwx3, sRGB."""
    model = _fitted(rgb)
    start, end = START * model.noise, END * model.noise
    return BackdropScore(np.clip((model.distance - start) / (end - start), 0, 1).astype(np.float32), model.fit)


def backdrop_fit(rgb: Rgb) -> float:
    """Which part of the frame looks like one plain backdrop: 0 to 1. rgb: uint8 or uint16, HxWx3, sRGB."""
    return _fitted(shrunk(rgb, side=SIDE)).fit


@dataclass(frozen=True, slots=True)
class _Backdrop:
    distance: Floats  # of each pixel from the model, Lab units
    noise: float  # spread of the backdrop's own pixels, Lab units
    fit: float


def _fitted(rgb: Rgb) -> _Backdrop:
    lab = lab_of(cv2.GaussianBlur(rgb, (0, 0), 0.8)) * np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32)
    ring, terms = _ring(rgb.shape[:2]), _terms(rgb.shape[:2])
    samples, places = lab[ring].astype(np.float64), terms[ring]
    weights = np.ones(len(samples))
    # start at the median colour, so that a subject at the frame does not bend the first fit
    residual = np.linalg.norm(samples - np.median(samples, axis=0), axis=1)
    for _ in range(ROUNDS):
        scale = max(1.5 * float(np.median(residual)), LEAST_NOISE)
        weights = 1 / (1 + (residual / scale) ** 2) ** 2  # Geman-McClure
        weighted = places * weights[:, None]
        ridge = 1e-6 * np.eye(places.shape[1]) * len(places)
        coefficients = np.linalg.solve(weighted.T @ places + ridge, weighted.T @ samples)
        residual = np.linalg.norm(samples - places @ coefficients, axis=1)
    plain = residual < PLAIN
    noise = float(np.median(residual[plain])) if plain.any() else PLAIN
    distance = np.linalg.norm(lab - terms @ coefficients, axis=2).astype(np.float32)
    return _Backdrop(distance=distance, noise=max(noise, LEAST_NOISE), fit=float(plain.mean()))


def _ring(shape: tuple[int, ...]) -> Mask:
    width = max(1, round(RING_SHARE * max(shape)))
    ring = np.ones(shape, np.bool_)
    ring[width:-width, width:-width] = False
    return ring


def _terms(shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """1, x, y, x^2, xy, y^2 of each pixel, x and y in [-1, 1]: HxWx6."""
    y, x = np.meshgrid(np.linspace(-1, 1, shape[0]), np.linspace(-1, 1, shape[1]), indexing="ij")
    return np.stack([np.ones(shape), x, y, x * x, x * y, y * y], axis=2)


def _enclosed(empty: Mask) -> Mask:
    """The parts of `empty` (bool, HxW) that do not reach the frame."""
    _, labels = cv2.connectedComponents(empty.astype(np.uint8), connectivity=4)
    reaching = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    enclosed: Mask = empty & ~np.isin(labels, reaching)
    return enclosed
