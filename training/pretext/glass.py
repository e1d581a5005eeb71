"""Glass and clear plastic: a thin bright rim, a mostly transparent body, opaque reflections."""

import cv2
import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import ellipse, filled, fractal_noise, random_outline, softened


def draw_glass(rng: np.random.Generator, size: int) -> Floats:
    """Rim, body and highlights of one vessel."""
    points, _ = random_outline(rng, size)
    mask = filled(points, size)
    rim = mask - cv2.erode(mask, ellipse(int(rng.integers(1, 12))))
    body = softened(mask, 1) * rng.uniform(0.1, 0.6) * (0.5 + fractal_noise(rng, size, octaves=4))
    highlights = np.clip(fractal_noise(rng, size, octaves=4) - 0.75, 0, 1) * 4 * mask * rng.uniform(0, 1)
    glass = body + softened(rim, 2) * rng.uniform(0.2, 1) + highlights
    alpha: Floats = np.clip(glass, 0, 1).astype(np.float32)
    return alpha
