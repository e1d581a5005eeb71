"""Plain hard things: nothing but an exactly anti-aliased edge, as most edges of catalogue photographs are."""

import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import softened
from training.pretext.thing_contours import random_thing


def draw_solid(rng: np.random.Generator, size: int) -> Floats:
    """One thing or two apart, with an edge of one to four pixels before the reduction halves it."""
    mask = random_thing(rng, size).mask
    if rng.random() < 0.25:
        mask = np.maximum(mask, random_thing(rng, size).mask)
    return softened(mask, float(rng.uniform(0, 1)))
