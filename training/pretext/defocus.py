"""Solid objects whose edge is soft from defocus, evenly or growing across the picture."""

import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import softened
from training.pretext.thing_contours import random_thing

SHARP = 0.6


def draw_defocus(rng: np.random.Generator, size: int) -> Floats:
    """A thing, blurred by anything from half a pixel to a wide bokeh."""
    mask = random_thing(rng, size).mask
    blurred = softened(mask, float(np.exp(rng.uniform(np.log(SHARP), np.log(24)))))
    if rng.random() < 0.3:
        ramp = np.linspace(-0.2, 1.3, size, dtype=np.float32)
        depth = np.clip(ramp[:, None] if rng.random() < 0.5 else ramp[None, :], 0, 1)
        blurred = depth * blurred + (1 - depth) * softened(mask, 0.8)
    return blurred
