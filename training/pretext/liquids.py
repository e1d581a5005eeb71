"""Liquids in the air: splashes, jets and drops; transparent bodies with opaque rims and highlights."""

import cv2
import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import SUBPIXEL_BITS, Points, fractal_noise, softened, subpixel
from training.pretext.strokes import draw_strokes, grow


def draw_liquid(rng: np.random.Generator, size: int) -> Floats:
    """A crown that splashes up, a jet that breaks into drops, or drops alone; clear as water or milky."""
    kind = rng.random()
    if kind < 0.5:
        matter = _splash(rng, size)
    elif kind < 0.8:
        matter = _jet(rng, size)
    else:
        matter = _drops(rng, rng.uniform(0, 1, (int(rng.integers(10, 60)), 2)) * size, size, largest=0.08)
    # blurred and cut at a level, what is near flows together with round necks, as surface tension makes it
    flow = cv2.GaussianBlur(matter, (0, 0), size * float(rng.uniform(0.004, 0.012)))
    mask = np.clip((flow - np.float32(0.4)) * np.float32(size * 0.02) + 0.5, 0, 1)
    return _lit(rng, mask, size)


def _splash(rng: np.random.Generator, size: int) -> Floats:
    """Fingers up and outwards from a pool, their tips torn off as drops."""
    foot = np.array([rng.uniform(0.3, 0.7), rng.uniform(0.7, 0.95)]) * size
    count = int(rng.integers(8, 30))
    lean = rng.uniform(-1, 1, count) * rng.uniform(0.4, 1.3)
    roots = foot + np.stack([lean * size * rng.uniform(0.05, 0.25), rng.normal(size=count) * size * 0.01], 1)
    aim = np.stack([np.sin(lean), -np.cos(lean)], 1)
    lengths = size * rng.uniform(0.1, 0.6, count)
    curves = grow(rng, roots, aim, lengths=lengths, bend=0.3, pull=(0, float(rng.uniform(0, 1.2))), steps=14)
    thick = size * rng.uniform(0.01, 0.05, (count, 1)) * np.linspace(1.6, 0.35, 14)
    matter = np.maximum(draw_strokes(curves, thick, size=size), _drops(rng, curves[:, -1], size, largest=0.035))
    thrown = curves[:, -1] + rng.normal(size=(count, 2)) * size * 0.08
    matter = np.maximum(matter, _drops(rng, thrown, size, largest=0.02))
    pool = np.zeros((size, size), np.uint8)
    axes = (size * float(rng.uniform(0.3, 0.8)), size * float(rng.uniform(0.06, 0.2)))
    cv2.ellipse(pool, (foot.tolist(), axes, 0.0), 255, -1, cv2.LINE_AA)
    splash: Floats = np.maximum(matter, pool.astype(np.float32) / np.float32(255))
    return splash


def _jet(rng: np.random.Generator, size: int) -> Floats:
    """A thrown stream, thick and thin, that comes apart towards its end."""
    root = np.array([[-0.05, rng.uniform(0.15, 0.7)]]) * size  # a jet's source is out of sight
    aim = np.array([[1.0, rng.uniform(-0.8, 0.4)]])
    steps = 60
    length = np.array([size * rng.uniform(0.7, 1.2)])
    curve = grow(rng, root, aim, lengths=length, bend=0.3, pull=(0, float(rng.uniform(0.3, 1.8))), steps=steps)
    waves = np.sin(np.linspace(0, rng.uniform(15, 45), steps) + rng.uniform(0, 6)) * np.linspace(0.1, 0.7, steps)
    widths = size * rng.uniform(0.02, 0.07) * np.maximum(np.linspace(1, 0.5, steps) * (1 + waves), 0.15)
    stream = draw_strokes(curve, widths[None, :], size=size)
    late = curve[0, rng.integers(steps // 3, steps, int(rng.integers(10, 50)))]
    spray = late + rng.normal(size=late.shape) * size * rng.uniform(0.02, 0.08)
    return np.maximum(stream, _drops(rng, spray, size, largest=0.025))


def _drops(rng: np.random.Generator, places: Points, size: int, *, largest: float) -> Floats:
    """A disc at each place (N x 2, pixels), most of them much smaller than `largest` (share of the side)."""
    plane = np.zeros((size, size), np.uint8)
    radii = size * largest * rng.uniform(0.15, 1, len(places)) ** 1.7
    for place, radius in zip(subpixel(places).tolist(), subpixel(radii).tolist(), strict=True):
        cv2.circle(plane, place, max(radius, 1), 255, -1, cv2.LINE_AA, SUBPIXEL_BITS)
    return plane.astype(np.float32) / np.float32(255)


def _lit(rng: np.random.Generator, mask: Floats, size: int) -> Floats:
    """The alpha of a liquid that fills `mask`: dense at its rim, clear within, bright where it faces a lamp."""
    inward = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    clear = float(rng.uniform(0.05, 0.5) if rng.random() < 0.75 else rng.uniform(0.7, 0.95))
    dense = float(rng.uniform(max(clear, 0.5), 1))
    rim = np.exp(-inward / np.float32(size * rng.uniform(0.003, 0.012)))
    ripples = fractal_noise(rng, size, octaves=4)
    # the surface is steep where its height, which follows the distance to the rim, changes towards the lamp
    height = softened(np.minimum(inward, size * 0.02) + ripples * np.float32(size * 0.02), size * 0.003)
    facing = cv2.Sobel(height, cv2.CV_32F, 1, 0) + cv2.Sobel(height, cv2.CV_32F, 0, 1)
    bright = np.clip((facing - np.float32(rng.uniform(3, 7))) / 3, 0, 1)
    body = clear * (0.6 + 0.8 * ripples) + (dense - clear) * rim + bright * np.float32(rng.uniform(0.3, 1))
    alpha: Floats = (np.clip(body, 0, 1) * mask).astype(np.float32)
    return alpha
