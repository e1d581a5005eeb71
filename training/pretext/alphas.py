"""All phenomena together: draw one random alpha, or a pool of them to compose samples from."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats, Mask
from training.pretext.defocus import draw_defocus
from training.pretext.fabrics import draw_fabric
from training.pretext.feathers import draw_feathers
from training.pretext.foliage import draw_foliage
from training.pretext.fringe import draw_fringe
from training.pretext.glass import draw_glass
from training.pretext.holes import draw_holes
from training.pretext.liquids import draw_liquid
from training.pretext.motion import draw_motion
from training.pretext.overlap import draw_overlap
from training.pretext.smoke import draw_smoke
from training.pretext.solid import draw_solid
from training.pretext.strands import draw_fur, draw_hair

Draw = Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True, slots=True)
class Phenomenon:
    """draw: as the package says. share: of the pool before normalisation. transmits: the background is seen through it
    tinted and lit rather than mixed with an opaque colour.
    """

    draw: Draw
    share: float
    transmits: bool = False


PHENOMENA: dict[str, Phenomenon] = {
    "hair": Phenomenon(draw_hair, 3.0),
    "fur": Phenomenon(draw_fur, 3.0),
    "solid": Phenomenon(draw_solid, 2.0),
    "fringe": Phenomenon(draw_fringe, 1.5),
    "defocus": Phenomenon(draw_defocus, 1.5),
    "foliage": Phenomenon(draw_foliage, 1.0),
    "fabrics": Phenomenon(draw_fabric, 1.0),
    "holes": Phenomenon(draw_holes, 1.0),
    "overlap": Phenomenon(draw_overlap, 1.0),
    "feathers": Phenomenon(draw_feathers, 0.7),
    "motion": Phenomenon(draw_motion, 0.6),
    "glass": Phenomenon(draw_glass, 0.6, transmits=True),
    "smoke": Phenomenon(draw_smoke, 0.4),
    "liquids": Phenomenon(draw_liquid, 0.4, transmits=True),
}
"""By name; the shares follow what catalogue photographs show."""

SUPERSAMPLING = 2
INVERTED = 0.1
"""Share of the opaque things that are turned into a hole in something larger."""


@dataclass(frozen=True, slots=True)
class AlphaPool:
    """alphas: uint8, N x size x size. transmits: bool, N, True for what tints the light instead of blocking it."""

    alphas: npt.NDArray[np.uint8]
    transmits: Mask


def draw_alpha(rng: np.random.Generator, size: int, phenomenon: str | None = None) -> npt.NDArray[np.uint8]:
    """One alpha: uint8, size x size, drawn larger and reduced so that thin things become half transparent."""
    chosen = PHENOMENA[phenomenon or _any(rng)]
    alpha = cv2.resize(
        np.clip(chosen.draw(rng, size * SUPERSAMPLING), 0, 1), (size, size), interpolation=cv2.INTER_AREA
    )
    if not chosen.transmits and rng.random() < INVERTED:
        alpha = 1 - alpha
    drawn: npt.NDArray[np.uint8] = (alpha * 255 + 0.5).astype(np.uint8)
    return drawn


def draw_pool(rng: np.random.Generator, size: int, count: int) -> AlphaPool:
    """`count` alphas of `size` x `size` pixels, their phenomena drawn by share."""
    names = [_any(rng) for _ in range(count)]
    alphas = np.zeros((count, size, size), np.uint8)
    for number, name in enumerate(names):
        alphas[number] = draw_alpha(rng, size, name)
    return AlphaPool(alphas, np.array([PHENOMENA[name].transmits for name in names], np.bool_))


def _any(rng: np.random.Generator) -> str:
    shares = np.array([phenomenon.share for phenomenon in PHENOMENA.values()])
    return list(PHENOMENA)[int(rng.choice(len(shares), p=shares / shares.sum()))]
