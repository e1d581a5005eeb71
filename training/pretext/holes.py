"""Solid things that one sees through: fences, baskets, chairs, letters, and sheets with pierced patterns."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats
from training.pretext.shapes import SUBPIXEL_BITS, subpixel
from training.pretext.thing_contours import random_placement, random_thing

Canvas = npt.NDArray[np.uint8]
UPRIGHT = 512
"""Side of the canvas on which frames are painted straight before they are placed."""


def draw_holes(rng: np.random.Generator, size: int) -> Floats:
    """A frame painted upright and placed like a thing, or a thing with a pattern of holes."""
    if rng.random() < 0.4:
        return _pierced(rng, size)
    painters: tuple[Callable[[np.random.Generator, Canvas], None], ...] = (_fence, _basket, _chair, _letters)
    canvas = np.zeros((UPRIGHT, UPRIGHT), np.uint8)
    painters[int(rng.integers(len(painters)))](rng, canvas)
    return _placed(rng, canvas, size)


def _placed(rng: np.random.Generator, canvas: Canvas, size: int) -> Floats:
    """The canvas turned, scaled and a little in perspective, somewhere in the picture."""
    where = random_placement(rng)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (where.stretch, 1) + rng.normal(size=(4, 2)) * 0.06
    cosine, sine = np.cos(where.angle), np.sin(where.angle)
    turned = corners @ np.array([[cosine, sine], [-sine, cosine]]) * where.extent * 1.15 + where.centre
    source = np.array([[0, 0], [UPRIGHT, 0], [UPRIGHT, UPRIGHT], [0, UPRIGHT]], np.float32)
    view = cv2.getPerspectiveTransform(source, (turned * size).astype(np.float32))
    placed: Floats = cv2.warpPerspective(canvas, view, (size, size), flags=cv2.INTER_LINEAR).astype(np.float32)
    return placed / np.float32(255)


def _pierced(rng: np.random.Generator, size: int) -> Floats:
    """A thing with round or square holes in rows, or a few large ones, within a margin that is left whole."""
    mask = random_thing(rng, size).mask
    spacing = size * float(np.exp(rng.uniform(np.log(0.04), np.log(0.25))))
    angle = float(rng.uniform(0, np.pi))
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    x = (columns * np.float32(np.cos(angle)) + rows * np.float32(np.sin(angle))) / np.float32(spacing)
    y = (rows * np.float32(np.cos(angle)) - columns * np.float32(np.sin(angle))) / np.float32(spacing)
    if rng.random() < 0.5:
        x = x + np.float32(0.5) * (np.round(y) % 2)
    x, y = x - np.round(x), y - np.round(y)
    away = np.hypot(x, y) if rng.random() < 0.6 else np.maximum(np.abs(x), np.abs(y))
    holes = np.clip((np.float32(rng.uniform(0.2, 0.42)) - away) * np.float32(spacing) + 0.5, 0, 1)
    inward = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    within = np.clip(inward - np.float32(max(2.0, spacing * rng.uniform(0.05, 0.3))), 0, 1)
    pierced: Floats = mask * (1 - holes * within)
    return pierced


def _line(canvas: Canvas, points: npt.ArrayLike, width: float) -> None:
    """A polyline through points in shares of the canvas."""
    fixed = subpixel(np.asarray(points, np.float64) * UPRIGHT)
    cv2.polylines(canvas, [fixed], False, 255, max(1, round(width * UPRIGHT)), cv2.LINE_AA, SUBPIXEL_BITS)


def _fence(rng: np.random.Generator, canvas: Canvas) -> None:
    """Upright bars between rails, or wire crossing aslant."""
    width = float(rng.uniform(0.008, 0.05))
    if rng.random() < 0.3:
        for at in np.arange(-1, 2, float(rng.uniform(0.07, 0.18))):
            _line(canvas, [(at, 0), (at + 1, 1)], width * 0.4)
            _line(canvas, [(at, 1), (at + 1, 0)], width * 0.4)
        _line(canvas, [(0.03, 0.03), (0.97, 0.03), (0.97, 0.97), (0.03, 0.97), (0.03, 0.03)], width)
        return
    top = float(rng.uniform(0.05, 0.3))
    for at in np.linspace(0.06, 0.94, int(rng.integers(4, 16))):
        _line(canvas, [(at, top + rng.normal() * 0.01), (at, 0.97)], width)
    for height in np.linspace(top + 0.08, 0.88, int(rng.integers(2, 4))):
        _line(canvas, [(0.02, height), (0.98, height)], width * 0.8)


def _basket(rng: np.random.Generator, canvas: Canvas) -> None:
    """Crossing ribs narrower below, a rim, and a handle above."""
    foot, count = float(rng.uniform(0.15, 0.3)), int(rng.integers(6, 14))
    width = float(rng.uniform(0.012, 0.035))
    top = float(rng.uniform(0.35, 0.5))
    for at in np.linspace(0, 1, count):
        _line(canvas, [(0.08 + 0.84 * at, top), (foot + (1 - 2 * foot) * at, 0.95)], width)
    for part in np.linspace(0, 1, max(4, count * 2 // 3)):
        left = 0.08 + (foot - 0.08) * part
        _line(canvas, [(left, top + (0.95 - top) * part), (1 - left, top + (0.95 - top) * part)], width)
    _line(canvas, [(0.06, top), (0.94, top)], width * 2)
    _line(canvas, [(foot, 0.95), (1 - foot, 0.95)], width * 1.5)
    arc = np.linspace(np.pi, 2 * np.pi, 32)
    _line(canvas, np.stack([0.5 + 0.36 * np.cos(arc), top + (top - 0.06) * np.sin(arc)], 1), width * 1.6)


def _chair(rng: np.random.Generator, canvas: Canvas) -> None:
    """Legs, stretchers, seat, and a back of slats."""
    leg, seat = float(rng.uniform(0.02, 0.045)), float(rng.uniform(0.5, 0.62))
    left, right, deep = 0.2, 0.8, float(rng.uniform(0.05, 0.15))
    for x, y in ((left, 0.97), (right, 0.97), (left + deep, 0.88), (right - deep, 0.88)):
        _line(canvas, [(x, seat), (x + rng.normal() * 0.01, y)], leg)
    _line(canvas, [(left, 0.8), (right, 0.8)], leg * 0.7)
    _line(canvas, [(left - 0.02, seat), (right + 0.02, seat)], float(rng.uniform(0.04, 0.1)))
    top = float(rng.uniform(0.04, 0.15))
    _line(canvas, [(left, seat), (left + 0.02, top), (right - 0.02, top), (right, seat)], leg)
    for at in np.linspace(left + 0.05, right - 0.05, int(rng.integers(2, 8))):
        _line(canvas, [(at, top), (at, seat)], leg * 0.6)


def _letters(rng: np.random.Generator, canvas: Canvas) -> None:
    """One to three of the signs that enclose something."""
    text = "".join(rng.choice(list("ABDOPQRabdegopq04689&@%"), int(rng.integers(1, 4))))
    font = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX)[int(rng.integers(3))]
    (wide, high), below = cv2.getTextSize(text, font, 1, 2)
    scale = 0.84 * UPRIGHT / max(wide, high + below)
    thick = max(2, int(scale * rng.uniform(1.5, 5)))
    origin = (int((UPRIGHT - wide * scale) / 2), int((UPRIGHT + (high - below) * scale) / 2))
    cv2.putText(canvas, text, origin, font, scale, 255, thick, cv2.LINE_AA)
