"""Plants: stems that branch off one place, with leaves or petals along them and gaps between."""

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats
from training.pretext.shapes import SUBPIXEL_BITS, Points, filled, outline, softened, subpixel
from training.pretext.strokes import draw_strokes, grow

STEPS = 12


def draw_foliage(rng: np.random.Generator, size: int) -> Floats:
    """A bunch that grows from somewhere low in the picture or beyond it, its leaves of one kind."""
    base = np.array([rng.uniform(0.25, 0.75), rng.uniform(0.55, 1.1)]) * size
    stems, widths = _stems(rng, base, size)
    leaf = _leaf(rng)
    leaves = np.zeros((size, size), np.uint8)
    for polygon in _placed(rng, leaf, stems, size=size):
        cv2.fillPoly(leaves, [polygon], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    alpha = np.maximum(leaves.astype(np.float32) / np.float32(255), draw_strokes(stems, widths, size=size))
    if rng.random() < 0.5:
        centre = (float(base[0]), float(base[1]))
        radius = float(rng.uniform(0.08, 0.25) * size)
        alpha = np.maximum(alpha, filled(outline(rng, centre=centre, radius=radius, roughness=0.2), size))
    return softened(alpha, float(rng.uniform(0, 1.5)))


def _stems(rng: np.random.Generator, base: Points, size: int) -> tuple[Points, npt.NDArray[np.float64]]:
    """Main stems from `base` and side stems from them: curves and widths."""
    count, spread = int(rng.integers(4, 14)), float(rng.uniform(0.3, 1.4))
    angle = -np.pi / 2 + rng.uniform(-spread, spread, count)
    length = size * rng.uniform(0.4, 0.85) * rng.uniform(0.6, 1.2, count)
    roots = base + rng.normal(size=(count, 2)) * size * 0.03
    aim = np.stack([np.cos(angle), np.sin(angle)], 1)
    sag = (0.0, float(rng.uniform(-0.2, 0.9)))
    main = grow(rng, roots, aim, lengths=length, bend=0.5, curl=0.15, pull=sag, steps=STEPS)
    parent = np.repeat(np.arange(count), int(rng.integers(0, 5)))
    knot = rng.integers(2, STEPS - 2, len(parent))
    onward = main[parent, knot + 1] - main[parent, knot]
    turned = np.arctan2(onward[:, 1], onward[:, 0]) + rng.choice((-1, 1), len(parent)) * rng.uniform(
        0.4, 1, len(parent)
    )
    side = grow(
        rng,
        main[parent, knot],
        np.stack([np.cos(turned), np.sin(turned)], 1),
        lengths=length[parent] * rng.uniform(0.2, 0.5, len(parent)),
        bend=0.5,
        pull=sag,
        steps=STEPS,
    )
    thick = float(rng.uniform(2, 7)) * np.linspace(1, 0.4, STEPS)
    widths = np.concatenate([np.tile(thick, (count, 1)), np.tile(thick * 0.6, (len(parent), 1))])
    return np.concatenate([main, side]), widths


def _leaf(rng: np.random.Generator) -> Points:
    """The outline of a leaf from its stalk at (0, 0) to its tip at (1, 0): slender, round, toothed or lobed."""
    along = np.linspace(0, 1, 24)
    breadth = float(np.exp(rng.uniform(np.log(0.05), np.log(0.45))))
    blunt, tip = float(rng.uniform(0.5, 1)), float(rng.uniform(0.6, 1.4))
    half = breadth * np.sin(np.pi * along**blunt) ** tip
    if rng.random() < 0.4:
        lobes = float(rng.uniform(0.1, 0.7))
        half = half * (1 - lobes * (0.5 + 0.5 * np.cos(along * np.pi * 2 * rng.integers(3, 9))))
    stalk = np.stack([along * 0.12, np.full(24, 0.012)], 1)[:2]
    upper = np.stack([0.1 + 0.9 * along, half], 1)
    whole = np.concatenate([stalk, upper])
    return np.concatenate([whole, whole[::-1] * (1, -1)])


def _placed(rng: np.random.Generator, leaf: Points, stems: Points, *, size: int) -> npt.NDArray[np.int32]:
    """Leaves along the stems, alternately to both sides and at the tips, some foreshortened: N x M x 2, subpixel."""
    each = int(rng.integers(4, 16))
    stem = np.repeat(np.arange(len(stems)), each)
    where = np.tile(np.linspace(0.2, 1, each), len(stems)) * (STEPS - 1)
    knot = np.minimum(where.astype(np.intp), STEPS - 2)
    part = (where - knot)[:, None]
    at = stems[stem, knot] * (1 - part) + stems[stem, knot + 1] * part
    onward = stems[stem, knot + 1] - stems[stem, knot]
    side = np.where(np.tile(np.arange(each), len(stems)) % 2, 1, -1) * (where < STEPS - 1.01)
    angle = np.arctan2(onward[:, 1], onward[:, 0]) + side * rng.uniform(0.5, 1.2) + rng.normal(size=len(stem)) * 0.3
    long = size * np.exp(rng.uniform(np.log(0.04), np.log(0.2))) * rng.uniform(0.6, 1.3, len(stem))
    curved = leaf[None] * np.stack([np.ones(len(stem)), rng.uniform(0.3, 1.1, len(stem))], 1)[:, None, :]
    curved[..., 1] += rng.normal(size=(len(stem), 1)) * 0.12 * curved[..., 0] ** 2
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    turned = np.stack(
        [curved[..., 0] * cosine - curved[..., 1] * sine, curved[..., 0] * sine + curved[..., 1] * cosine], -1
    )
    return subpixel(at[:, None, :] + turned * long[:, None, None])
