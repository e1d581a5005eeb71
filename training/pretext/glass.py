"""Glass and clear plastic: vessels with a rim, a mostly transparent body that grows denser towards its edge, a thick
foot, opaque reflections, and something in some of them.
"""

import cv2
import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import fractal_noise
from training.pretext.signed_distance import Place, profile, shell, superellipse
from training.pretext.silhouettes import lathe_knots
from training.pretext.thing_contours import Placement, distances, random_placement, random_thing, solid_mask


def draw_glass(rng: np.random.Generator, size: int) -> Floats:
    """A vessel that a lathe could turn, or a clear thing of any shape such as a plastic bag."""
    if rng.random() < 0.7:
        return _vessel(rng, lathe_knots(rng), random_placement(rng), size)
    mask = random_thing(rng, size).mask
    inward = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    creases = np.clip(np.abs(fractal_noise(rng, size, octaves=4) - np.float32(0.5)) * -30 + 1, 0, 1)
    glints = creases * np.float32(rng.uniform(0, 0.7))
    alpha: Floats = np.maximum(_body(rng, inward, size), glints) * mask
    return alpha


def _vessel(rng: np.random.Generator, knots: list[Place], where: Placement, size: int) -> Floats:
    outside = distances(profile(knots), where, size=size)
    mask = solid_mask(outside, softness=1.5)
    alpha = _body(rng, np.maximum(-outside, 0), size)
    top, mouth = knots[0]
    seen = mouth * float(rng.uniform(0.1, 0.3))
    opening = superellipse((0, top), (mouth, seen))
    rim = solid_mask(
        distances(shell(opening, min(float(rng.uniform(0.015, 0.05)), 0.8 * seen)), where, size=size), softness=2
    )
    alpha = np.maximum(alpha * mask, rim * np.float32(rng.uniform(0.4, 1)))
    low, foot = knots[-1][0], max(knots[-1][1], knots[-2][1])
    base = superellipse((0, low), (foot, float(rng.uniform(0.04, 0.12))), power=3)
    thick = solid_mask(distances(base, where, size=size), softness=6)
    alpha = np.maximum(alpha, thick * mask * np.float32(rng.uniform(0.2, 0.9)))
    if rng.random() < 0.35:
        level = float(rng.uniform(-0.4, 0.6))
        drink = distances(superellipse((0, level + 2), (3, 2), power=30), where, size=size)
        inner = solid_mask(outside + np.float32(0.03 * size * where.extent), softness=2)
        alpha = np.maximum(alpha, solid_mask(drink, softness=2) * inner * np.float32(rng.uniform(0.2, 0.95)))
    vessel: Floats = np.maximum(alpha, _reflections(rng, where, outside, size))
    return vessel


def _body(rng: np.random.Generator, inward: Floats, size: int) -> Floats:
    """Alpha by the distance to the edge in pixels: walls seen on edge are dense, walls seen flat are clear."""
    clear, dense = float(rng.uniform(0.02, 0.25)), float(rng.uniform(0.3, 1))
    wall = np.float32(size * rng.uniform(0.006, 0.03))
    unevenness = np.float32(0.7) + np.float32(0.6) * fractal_noise(rng, size, octaves=3)
    body: Floats = np.clip((clear + (dense - clear) * np.exp(-inward / wall)) * unevenness, 0, 1)
    return body


def _reflections(rng: np.random.Generator, where: Placement, outside: Floats, size: int) -> Floats:
    """Windows and lamps: upright bright streaks that keep to the inside of the vessel."""
    light = np.zeros((size, size), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        x, y = float(rng.uniform(-0.35, 0.35)), float(rng.uniform(-0.5, 0.5))
        half = (float(rng.uniform(0.01, 0.06)), float(rng.uniform(0.08, 0.5)))
        spot = superellipse((x, y), half, power=float(rng.uniform(2, 6)))
        softness = float(np.exp(rng.uniform(np.log(2), np.log(16))))
        streak = solid_mask(distances(spot, where, size=size), softness=softness)
        light = np.maximum(light, streak * np.float32(rng.uniform(0.3, 1)))
    return light * solid_mask(outside + np.float32(0.012 * size), softness=4)
