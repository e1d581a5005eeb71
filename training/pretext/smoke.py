"""Smoke, steam and veils: clouds without an edge."""

import cv2
import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import fractal_noise, softened
from training.pretext.strokes import grow
from training.pretext.thing_contours import random_thing


def draw_smoke(rng: np.random.Generator, size: int) -> Floats:
    """A rising plume or a drifting cloud, drawn at half size since nothing in it is sharp."""
    side = max(size // 2, 8)
    cloud = _curled(rng, side)
    where = _plume(rng, side) if rng.random() < 0.6 else softened(random_thing(rng, side).mask, side * 0.06)
    threshold, strength = np.float32(rng.uniform(0.15, 0.4)), np.float32(rng.uniform(2, 9))
    matter = np.maximum(cloud - threshold * (1.6 - where), 0) * np.clip(where * 1.5, 0, 1)
    alpha: Floats = 1 - np.exp(-matter * strength)  # light dies away exponentially in what it crosses
    smoke: Floats = np.clip(cv2.resize(alpha, (size, size), interpolation=cv2.INTER_CUBIC), 0, 1)
    return smoke


def _curled(rng: np.random.Generator, side: int) -> Floats:
    """Fractal noise drawn out along currents that are noise themselves."""
    noise = fractal_noise(rng, side, persistence=float(rng.uniform(0.45, 0.65)))
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    strength = np.float32(rng.uniform(0.1, 0.5) * side)
    sway = [(fractal_noise(rng, side, octaves=3) - np.float32(0.5)) * strength for _ in range(2)]
    x, y = columns + sway[0], rows + sway[1]
    curled: Floats = cv2.remap(noise, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return curled


def _plume(rng: np.random.Generator, side: int) -> Floats:
    """Where a plume is: discs that widen along a winding path upwards, softened."""
    root = np.array([[rng.uniform(0.25, 0.75), rng.uniform(0.75, 1.05)]]) * side
    heading = np.array([[rng.normal() * 0.3, -1.0]])
    path = grow(rng, root, heading, lengths=np.array([side * rng.uniform(0.6, 1.2)]), bend=0.5, curl=0.8, steps=40)[0]
    radii = side * np.linspace(rng.uniform(0.01, 0.06), rng.uniform(0.1, 0.25), 40)
    plume = np.zeros((side, side), np.float32)
    for (x, y), radius, thin in zip(path, radii, np.linspace(1, rng.uniform(0.4, 0.9), 40), strict=True):
        disc = np.zeros_like(plume)
        cv2.circle(disc, (round(x), round(y)), max(round(radius), 1), float(thin), -1)
        plume = np.maximum(plume, disc)
    return softened(plume, side * 0.03)
