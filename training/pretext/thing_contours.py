"""Contours that look like photographed things, standing somewhere in the picture and often reaching out of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats
from training.pretext.shapes import Points, filled, fractal_noise, outline
from training.pretext.signed_distance import Form
from training.pretext.silhouettes import SILHOUETTES, Silhouette

CROPPED = 0.5
"""Share of the things that reach out of the picture on one or two sides."""
STAR_SHAPED = 0.12
COARSE = 256
"""Distances are computed on at most this many cells a side: smooth as they are, they can be enlarged."""
BORDER = 3  # px within which a contour is where the picture ends, not where the thing does
TRIES = 6


@dataclass(frozen=True, slots=True)
class Thing:
    """mask: float32, size x size, [0, 1], exactly anti-aliased, holes left out. points: N x 2, (x, y) in pixels, about
    one a pixel along all contours inside the picture, those of holes too. normals: N x 2 unit vectors out of the
    thing. radius: of the disc of equal area, in pixels.
    """

    mask: Floats
    points: Points
    normals: Points
    radius: float


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a form stands: centre and half extent as shares of the picture's side, clockwise angle in radians, and how
    much wider than high it is stretched.
    """

    centre: tuple[float, float]
    extent: float
    angle: float = 0.0
    stretch: float = 1.0


def random_thing(rng: np.random.Generator, size: int, silhouettes: Sequence[Silhouette] = SILHOUETTES) -> Thing:
    """One of `silhouettes`, or a star-shaped thing, that covers about 4 to 85 per cent of a size x size picture."""
    for _ in range(TRIES):
        where = random_placement(rng)
        if rng.random() < STAR_SHAPED:
            centre = (where.centre[0] * size, where.centre[1] * size)
            rough = float(rng.uniform(0.05, 0.4))
            mask = filled(outline(rng, centre=centre, radius=where.extent * 0.8 * size, roughness=rough), size)
        else:
            form = silhouettes[int(rng.integers(len(silhouettes)))](rng)
            if rng.random() < 0.7:
                form = bent(rng, form, float(rng.uniform(0, 0.12)))
            mask = solid_mask(distances(form, where, size=size))
        thing = traced(mask)
        if 0.04 < float(mask.mean()) < 0.85 and len(thing.points) > size // 2:
            break
    return thing


def random_placement(rng: np.random.Generator) -> Placement:
    """Wholly inside the picture, or larger and over one or two of its borders, mostly the lower one."""
    angle = float(rng.normal() * 0.15 if rng.random() < 0.75 else rng.uniform(-np.pi, np.pi))
    stretch = float(np.exp(rng.normal() * 0.15))
    if rng.random() >= CROPPED:
        extent = float(rng.uniform(0.27, 0.46))
        x, y = rng.uniform(min(extent, 0.45), max(1 - extent, 0.55), 2).tolist()
        return Placement((x, y), extent, angle, stretch)
    extent = float(rng.uniform(0.36, 0.75))
    beyond = 1 - extent + float(rng.uniform(0.25, 0.85)) * extent
    aside = float(rng.uniform(0.3, 0.7))
    if rng.random() < 0.25:
        aside = beyond if rng.random() < 0.5 else 1 - beyond
    if rng.random() < 0.65:
        return Placement((aside, beyond), extent, angle, stretch)
    if rng.random() < 0.25:
        return Placement((aside, 1 - beyond), extent, angle, stretch)
    return Placement((beyond if rng.random() < 0.5 else 1 - beyond, aside), extent, angle, stretch)


def distances(form: Form, where: Placement, *, size: int) -> Floats:
    """Signed distance of every pixel to a placed form: float32, size x size, in pixels, negative inside."""
    cells = min(size, COARSE)
    steps = (np.arange(cells, dtype=np.float32) + np.float32(0.5)) / np.float32(cells)
    right = (steps[None, :] - np.float32(where.centre[0])) / np.float32(where.extent)
    below = (steps[:, None] - np.float32(where.centre[1])) / np.float32(where.extent)
    cosine, sine = float(np.cos(where.angle)), float(np.sin(where.angle))
    x = np.asarray((right * cosine + below * sine) / where.stretch, np.float32)
    y = np.asarray(below * cosine - right * sine, np.float32)
    plane = form(x, y) * np.float32(where.extent * size)
    enlarged: Floats = cv2.resize(plane, (size, size), interpolation=cv2.INTER_CUBIC) if cells < size else plane
    return enlarged


def bent(rng: np.random.Generator, form: Form, amount: float) -> Form:
    """`form` as soft or hand-made things have it: every part shifted by up to about `amount`, neighbours alike."""

    def distance(x: Floats, y: Floats) -> Floats:
        shifts = [(fractal_noise(rng, len(x), octaves=3) - np.float32(0.5)) * np.float32(2 * amount) for _ in range(2)]
        return form(x + shifts[0], y + shifts[1])

    return distance


def solid_mask(distance: Floats, *, softness: float = 1.0) -> Floats:
    """The inside, with an edge that is `softness` pixels wide: float32, [0, 1], shape of `distance`."""
    mask: Floats = np.clip(np.float32(0.5) - distance / np.float32(softness), 0, 1)
    return mask


def traced(mask: Floats) -> Thing:
    """The contours of a filled mask (float32, size x size, [0, 1]) as a Thing."""
    size = mask.shape[0]
    inside = (mask > 0.5).astype(np.uint8)
    contours, _ = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    pixels = np.concatenate([contour[:, 0] for contour in contours] or [np.zeros((0, 2), np.int32)])
    pixels = pixels[((pixels >= BORDER) & (pixels < size - BORDER)).all(1)]
    radius = float(np.sqrt(inside.sum() / np.pi))
    return Thing(mask, pixels.astype(np.float64), _normals(mask, pixels), radius)


def _normals(mask: Floats, pixels: npt.NDArray[np.int32]) -> Points:
    """Downhill directions of the mask, seen coarsely so that single pixels do not turn them."""
    size = mask.shape[0]
    cells = max(size // 4, 16)
    small = cv2.GaussianBlur(cv2.resize(mask, (cells, cells), interpolation=cv2.INTER_AREA), (0, 0), 1.5)
    slope_y, slope_x = np.gradient(small)
    column, row = (np.minimum(pixels[:, axis] * cells // size, cells - 1) for axis in (0, 1))
    downhill = -np.stack([slope_x[row, column], slope_y[row, column]], 1).astype(np.float64)
    unit: Points = downhill / (np.linalg.norm(downhill, axis=1, keepdims=True) + 1e-9)
    return unit
