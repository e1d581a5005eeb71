"""Smoke, steam and veils: clouds without an edge."""

import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import filled, fractal_noise, random_outline, softened


def draw_smoke(rng: np.random.Generator, size: int) -> Floats:
    """Thresholded fractal noise that fades out with its outline."""
    points, radius = random_outline(rng, size)
    cloud = fractal_noise(rng, size, persistence=float(rng.uniform(0.45, 0.7)))
    density = np.clip((cloud - rng.uniform(0.3, 0.6)) / rng.uniform(0.15, 0.5), 0, 1)
    alpha: Floats = (density * softened(filled(points, size), radius * 0.2)).astype(np.float32)
    return alpha
