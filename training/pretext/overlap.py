"""Two or three things one over another: light passes all of them, so alpha is 1 - (1 - a)(1 - b)."""

import numpy as np

from matting_core.arrays import Floats
from training.pretext.defocus import draw_defocus
from training.pretext.fabrics import draw_fabric
from training.pretext.feathers import draw_feathers
from training.pretext.foliage import draw_foliage
from training.pretext.fringe import draw_fringe
from training.pretext.holes import draw_holes
from training.pretext.solid import draw_solid
from training.pretext.strands import draw_fur, draw_hair

LAYERS = (draw_solid, draw_solid, draw_fur, draw_hair, draw_fringe, draw_foliage, draw_fabric, draw_holes,
          draw_defocus, draw_feathers)  # fmt: skip


def draw_overlap(rng: np.random.Generator, size: int) -> Floats:
    """Things of different kinds, seldom more than two."""
    count = 2 if rng.random() < 0.8 else 3
    chosen = rng.permutation(len(LAYERS))[:count]
    return over([LAYERS[number](rng, size) for number in chosen])


def over(layers: list[Floats]) -> Floats:
    """All layers together: float32, [0, 1], of their common shape."""
    through = np.ones_like(layers[0])
    for layer in layers:
        through *= 1 - np.clip(layer, 0, 1)
    return 1 - through
