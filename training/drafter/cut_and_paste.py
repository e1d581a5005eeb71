"""New photos from old ones: a subject, cut out by its alpha, before another photo's background.

Dwibedi, Misra, Hebert: "Cut, Paste and Learn", ICCV 2017. A subject that its photo's frame cuts is cut by the new frame
on the same sides; sizes, places, light and focus vary.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats, Rgb

Rng = np.random.Generator
Alpha8 = npt.NDArray[np.uint8]
"""An alpha in the 256 steps of a byte, HxW."""

SOLID, NEARLY_ONE = 128, 242
FEW = 50  # pixels: a subject with fewer solid ones is all thin or clear
TOUCHING = 0.02  # of a side of the frame
SMALLEST, LARGEST = 0.65, 1.3  # of the size in its own photo
LARGEST_TURN = 8.0  # degrees; what the frame cuts is not turned
OFF_CENTRE = 0.15  # of the canvas, standard deviation
BEYOND = 0.15  # of the canvas: so far a subject may lie beyond the side that cuts it
LARGEST_ZOOM = 1.6
WIDEST_BLUR = 8.0  # pixels
HARMONISED = 0.7  # of the way to the background's mean colour, at most
LOUDEST = 4.0  # noise, standard deviation, of 255
REMOVED_SIDE = 96
"""Pixels of the longer side of the copy on which the ground behind a subject is guessed."""


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """colours: float32, HxWx3, [0, 255], the subject's own, also beyond its edge. alpha: uint8, HxW."""

    colours: Floats
    alpha: Alpha8


def cut_out(rgb: Rgb, alpha: Alpha8) -> Cutout:
    """The subject of a photo: uint8, HxWx3. Colours beyond what is solid are those of the nearest solid places."""
    enough = np.count_nonzero(alpha > NEARLY_ONE) >= FEW
    solid = (alpha > NEARLY_ONE if enough else alpha / 255).astype(np.float32)
    filled, weight = np.zeros(rgb.shape, np.float32), np.zeros(alpha.shape, np.float32)
    for reach in (2, 6, 20):
        here = np.where(weight < 0.05, cv2.GaussianBlur(solid, (0, 0), reach), 0)
        colours = cv2.GaussianBlur(rgb * solid[..., None], (0, 0), reach)
        filled += np.where(here[..., None] > 0, colours, 0)
        weight += here
    beyond = filled / np.maximum(weight, 1e-3)[..., None]
    return Cutout((rgb * solid[..., None] + beyond * (1 - solid[..., None])).astype(np.float32), alpha)


def ground_of(rgb: Rgb, alpha: Alpha8) -> Rgb:
    """The photo with its subject guessed away, softly: uint8, HxWx3."""
    hidden = cv2.dilate((alpha > 5).astype(np.uint8), np.ones((9, 9), np.uint8))
    height, width = alpha.shape
    scale = REMOVED_SIDE / max(height, width)
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    mask = cv2.resize(hidden, small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    if mask.all():
        return rgb
    guessed = cv2.resize(cv2.inpaint(small, mask, 5, cv2.INPAINT_TELEA), (width, height), interpolation=cv2.INTER_CUBIC)
    share = cv2.GaussianBlur(hidden.astype(np.float32), (0, 0), 3)[..., None]
    ground: Rgb = np.clip(rgb * (1 - share) + guessed * share, 0, 255).astype(np.uint8)
    return ground


def paste(rng: Rng, subject: Cutout, ground: Rgb, *, side: int) -> tuple[Rgb, Alpha8] | None:
    """A photo of the ground's format, `side` pixels long, and its alpha; None if the subject fell out of it."""
    canvas = _backdrop(rng, ground, side)
    height, width = canvas.shape[:2]
    place = _place(rng, subject.alpha, height=height, width=width)
    if place is None:
        return None
    colours = cv2.warpAffine(
        lit(rng, subject.colours, 0.8), place, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    alpha = cv2.warpAffine(subject.alpha.astype(np.float32) / 255, place, (width, height), flags=cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        colours, alpha = colours[:, ::-1], alpha[:, ::-1]
    if (alpha > 0.5).mean() < 0.01:
        return None
    backdrop = lit(rng, canvas, 0.6)
    if rng.random() < 0.5:
        mean = (colours * alpha[..., None]).mean((0, 1)) / alpha.mean()
        colours = colours + (backdrop.mean((0, 1)) - mean) * rng.uniform(0, HARMONISED)
    picture = colours * alpha[..., None] + backdrop * (1 - alpha[..., None])
    if rng.random() < 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 0.8))
    picture = picture + rng.normal(0, rng.uniform(0, LOUDEST), picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8), np.rint(alpha * 255).astype(np.uint8)


def lit(rng: Rng, colours: Floats | Rgb, strength: float) -> Floats:
    """In another light: float32, HxWx3, [0, 255]. strength: of the change, about 1."""
    gain = 1 + strength * (rng.uniform(-0.25, 0.25) + rng.uniform(-0.1, 0.1, 3))
    seen = colours.astype(np.float32) * gain + strength * rng.uniform(-25, 25)
    grey = seen.mean(axis=2, keepdims=True)
    saturation = 0.0 if rng.random() < 0.15 * strength else rng.uniform(0.6, 1.3)
    changed: Floats = np.clip(grey + (seen - grey) * saturation, 0, 255).astype(np.float32)
    return changed


def _backdrop(rng: Rng, ground: Rgb, side: int) -> Rgb:
    """A part of the ground, perhaps mirrored, perhaps out of focus, in the whole ground's format."""
    height, width = ground.shape[:2]
    zoom = rng.uniform(1, LARGEST_ZOOM)
    rows, columns = max(1, int(height / zoom)), max(1, int(width / zoom))
    top, left = int(rng.integers(height - rows + 1)), int(rng.integers(width - columns + 1))
    part = ground[top : top + rows, left : left + columns]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    part = cv2.resize(part, size, interpolation=cv2.INTER_AREA if size[0] < columns else cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        part = part[:, ::-1]
    if rng.random() < 0.5:
        part = cv2.GaussianBlur(part, (0, 0), float(np.exp(rng.uniform(0, np.log(WIDEST_BLUR)))))
    return np.asarray(part)


def _place(rng: Rng, alpha: Alpha8, *, height: int, width: int) -> Floats | None:
    """Where the subject's photo comes to lie on the canvas: an affine map, 2x3. None if there is no subject."""
    solid = alpha > SOLID
    if not solid.any():
        return None
    touches = [float(edge.mean()) > TOUCHING for edge in (solid[0], solid[-1], solid[:, 0], solid[:, -1])]
    scale = max(height, width) / max(alpha.shape) * float(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
    if touches[0] and touches[1]:
        scale = max(scale, height / alpha.shape[0])
    if touches[2] and touches[3]:
        scale = max(scale, width / alpha.shape[1])
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    spans = (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)
    down, across = (
        _shift(rng, (scale * span[0], scale * span[1]), ends, length=scale * length, canvas=canvas)
        for span, ends, length, canvas in zip(
            spans, (touches[:2], touches[2:]), alpha.shape, (height, width), strict=True
        )
    )
    turn = 0.0 if any(touches) else rng.uniform(-LARGEST_TURN, LARGEST_TURN)
    place = cv2.getRotationMatrix2D((sum(spans[1]) / 2, sum(spans[0]) / 2), turn, 1.0) * scale
    place[:, 2] += (across, down)
    return np.asarray(place, np.float32)


def _shift(rng: Rng, span: tuple[float, float], touches: list[bool], *, length: float, canvas: float) -> float:
    """How far a photo of `length` moves along one axis, so that the sides which cut its subject still do.

    span: where the subject begins and ends. touches: whether it is cut there.
    """
    if all(touches):
        return float(rng.uniform(canvas - length, 0)) if length > canvas else 0.0
    if touches[1]:
        return float(canvas - span[1] + rng.uniform(0, BEYOND) * canvas)
    if touches[0]:
        return float(-span[0] - rng.uniform(0, BEYOND) * canvas)
    wished = rng.normal(0.5, OFF_CENTRE) * canvas - sum(span) / 2
    return float(np.clip(wished, -span[0] - 0.1 * canvas, canvas - span[1] + 0.1 * canvas))
