"""All phenomena together: draw one random alpha, or a pool of them to compose samples from."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats
from training.pretext.defocus import draw_defocus
from training.pretext.fabrics import draw_lace
from training.pretext.foliage import draw_foliage
from training.pretext.glass import draw_glass
from training.pretext.smoke import draw_smoke
from training.pretext.strands import draw_fur, draw_hair

Draw = Callable[[np.random.Generator, int], Floats]

PHENOMENA: dict[str, tuple[Draw, float]] = {
    "hair": (draw_hair, 3.0),
    "fur": (draw_fur, 2.5),
    "defocus": (draw_defocus, 2.0),
    "foliage": (draw_foliage, 1.0),
    "lace": (draw_lace, 1.0),
    "smoke": (draw_smoke, 0.6),
    "glass": (draw_glass, 0.6),
}
"""Name -> (function, share of the pool before normalisation): mostly what photographs mostly show."""

SUPERSAMPLING = 2


def draw_alpha(rng: np.random.Generator, size: int, phenomenon: str | None = None) -> npt.NDArray[np.uint8]:
    """One alpha: uint8, size x size, drawn larger and reduced so that thin things become half transparent."""
    names = list(PHENOMENA)
    if phenomenon is None:
        shares = np.array([share for _, share in PHENOMENA.values()])
        phenomenon = names[int(rng.choice(len(names), p=shares / shares.sum()))]
    large = PHENOMENA[phenomenon][0](rng, size * SUPERSAMPLING)
    alpha = cv2.resize(np.clip(large, 0, 1), (size, size), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.1:
        alpha = 1 - alpha  # a hole in something larger
    drawn: npt.NDArray[np.uint8] = (alpha * 255 + 0.5).astype(np.uint8)
    return drawn


def warp(rng: np.random.Generator, alpha: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.uint8]:
    """A rotated, scaled, shifted size x size view of a square alpha, with a soft edge in it if possible.

    alpha: uint8, side x side. Returns uint8, size x size.
    """
    side = alpha.shape[0]
    view = alpha[:size, :size]
    for _ in range(4):
        scale, angle = float(np.exp(rng.uniform(np.log(0.6), np.log(1.6)))), float(rng.uniform(0, 360))
        pivot = (float(rng.uniform(0.25, 0.75) * side), float(rng.uniform(0.25, 0.75) * side))
        matrix = cv2.getRotationMatrix2D(pivot, angle, scale)
        matrix[:, 2] += size / 2 - side / 2 + rng.uniform(-0.2, 0.2, 2) * size
        view = cv2.warpAffine(alpha, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        if ((view > 5) & (view < 250)).mean() > 0.01:
            break
    return view
