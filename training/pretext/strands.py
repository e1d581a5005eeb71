"""Hair and fur: locks of tapering curved strands, fly-aways, and the short dense fuzz of plush.

Photographed strands are opaque where they are wider than a pixel; half transparent ones come from thinness, which the
caller gets by drawing large and reducing.
"""

import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats
from training.pretext.shapes import Points, fractal_noise, softened
from training.pretext.silhouettes import HAIRY, person
from training.pretext.strokes import draw_strokes, grow
from training.pretext.thing_contours import Thing, random_thing

STEPS = 12
Strokes = tuple[Points, npt.NDArray[np.float64]]
"""Curves, N x K x 2, and their widths, N x K, both in pixels."""


def draw_hair(rng: np.random.Generator, size: int) -> Floats:
    """Long strands in locks, combed or hanging, over part of the contour, with single ones that fly away."""
    thing = random_thing(rng, size, (*HAIRY, person, person))
    alpha = softened(thing.mask, float(rng.uniform(0.5, 2)))
    if not len(thing.points):
        return alpha
    upward = 1.5 if rng.random() < 0.75 else 0.0
    cover = _patches(rng, thing, size=size, bare=float(rng.uniform(0, 0.7)), upward=upward)
    weight = (float(rng.normal() * 0.4), float(rng.uniform(-0.3, 1.6)))
    curl = float(rng.choice((0.15, 0.4, 1.0)))
    reach = float(np.exp(rng.uniform(np.log(0.05), np.log(0.3))) * size)
    count = int(len(thing.points) * (1 - (cover < 0.02).mean()) * rng.uniform(0.02, 0.06)) + 4
    locks = _locks(rng, thing, cover, reach=reach, curl=curl, weight=weight, count=min(count, 70))
    single = int(rng.integers(15, 120))
    strays = _strays(rng, thing, cover, reach=reach * 1.3, curl=curl + 0.5, weight=weight, count=single)
    for curves, widths in (locks, strays):
        strokes = draw_strokes(curves, widths, size=size)
        alpha = 1 - (1 - alpha) * (1 - strokes)
    return alpha


def draw_fur(rng: np.random.Generator, size: int) -> Floats:
    """Short dense strands in tufts all around, from the fuzz of plush to a shaggy coat; bare in places."""
    thing = random_thing(rng, size, HAIRY)
    alpha = softened(thing.mask, float(rng.uniform(0.8, 3)))
    if not len(thing.points):
        return alpha
    cover = _patches(rng, thing, size=size, bare=max(0.0, float(rng.uniform(-0.4, 0.5))))
    reach = float(np.exp(rng.uniform(np.log(0.012), np.log(0.1))) * size)
    weight = (float(rng.normal() * 0.5), float(rng.normal() * 0.5))
    count = int(min(len(thing.points) / rng.uniform(0.5, 1.3), 4000))
    curves, widths = _tufts(rng, thing, cover, reach=reach, weight=weight, count=count)
    alpha = 1 - (1 - alpha) * (1 - draw_strokes(curves, widths, size=size))
    if rng.random() < 0.4:
        curves, widths = _strays(rng, thing, cover, reach=reach * 2, curl=0.4, weight=weight, count=count // 12 + 1)
        alpha = 1 - (1 - alpha) * (1 - draw_strokes(curves, widths, size=size))
    # fuzz is more than its strands: what lies between them is too fine to see singly
    return softened(alpha, float(rng.uniform(0.3, 1.2)))


def _patches(
    rng: np.random.Generator, thing: Thing, *, size: int, bare: float, upward: float = 0.0
) -> npt.NDArray[np.float64]:
    """How long strands are at each point of the contour, in [0, 1]: 0 on a share `bare` of it, changing slowly.

    `upward` leaves the lower parts bare first, as heads grow.
    """
    noise = fractal_noise(rng, 64, octaves=2)
    column, row = (np.minimum(thing.points[:, axis] * 64 / size, 63).astype(np.intp) for axis in (0, 1))
    local = noise[row, column] + upward * (1 - row / 64)
    local = (local - local.min()) / (np.ptp(local) + 1e-9)
    low = float(np.quantile(local, bare))
    cover: npt.NDArray[np.float64] = np.clip((local - low) / 0.15, 0, 1) * (0.55 + 0.45 * local)
    return cover


def _chosen(rng: np.random.Generator, cover: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.intp]:
    """`count` numbers of points, none of them where nothing grows."""
    grown = np.flatnonzero(cover > 0.02)
    return grown[rng.integers(len(grown), size=count)] if len(grown) else grown


def _locks(
    rng: np.random.Generator,
    thing: Thing,
    cover: npt.NDArray[np.float64],
    *,
    reach: float,
    curl: float,
    weight: tuple[float, float],
    count: int,
) -> Strokes:
    """Each lock follows one guide: broad at its root, closing towards its tip, its strands of unequal length."""
    guides = _chosen(rng, cover, count)
    normals = thing.normals[guides]
    tangents = np.stack([-normals[:, 1], normals[:, 0]], 1)
    combed = rng.normal() * 1.2  # along the contour, so that most of the hair lies on the body and wisps stand off
    aim = normals + combed * tangents + rng.normal(size=normals.shape) * 0.3
    lengths = reach * cover[guides] * rng.uniform(0.5, 1.6, len(guides))
    start = thing.points[guides] - normals * lengths[:, None] * 0.2
    paths = grow(rng, start, aim, lengths=lengths * 1.2, bend=0.6, curl=curl, pull=weight, steps=STEPS)
    number = np.repeat(np.arange(len(guides)), rng.integers(8, 34, len(guides)))
    along = np.linspace(0, 1, STEPS)
    breadth = reach * rng.uniform(0.04, 0.25, len(guides))[number]
    closing = rng.uniform(0.3, 1, len(guides))[number]
    aside = rng.normal(size=len(number)) * breadth
    spread = aside[:, None] * (1 - closing[:, None] * along)
    astray = rng.normal(size=(len(number), 2)) * (reach * 0.1)
    curves = (
        paths[number] + tangents[number, None, :] * spread[..., None] + astray[:, None, :] * (along**1.7)[None, :, None]
    )
    return curves, _tapering(rng, len(number), thickest=float(rng.uniform(1.6, 4.2)))


def _strays(
    rng: np.random.Generator,
    thing: Thing,
    cover: npt.NDArray[np.float64],
    *,
    reach: float,
    curl: float,
    weight: tuple[float, float],
    count: int,
) -> Strokes:
    """Single thin strands with a will of their own."""
    chosen = _chosen(rng, cover, count)
    aim = thing.normals[chosen] + rng.normal(size=(len(chosen), 2)) * 0.5
    lengths = reach * rng.uniform(0.3, 1.5, len(chosen))
    pull = (weight[0] * 0.5, weight[1] * 0.5)
    start = thing.points[chosen] - thing.normals[chosen] * 2
    curves = grow(rng, start, aim, lengths=lengths, bend=1.5, curl=curl, pull=pull, steps=STEPS + 6)
    return curves, _tapering(rng, len(chosen), thickest=float(rng.uniform(0.8, 1.8)), steps=STEPS + 6)


def _tufts(
    rng: np.random.Generator,
    thing: Thing,
    cover: npt.NDArray[np.float64],
    *,
    reach: float,
    weight: tuple[float, float],
    count: int,
) -> Strokes:
    """Strands side by side, the tips of neighbours leaning together."""
    grown = np.flatnonzero(cover > 0.02)
    chosen = np.sort(grown[rng.integers(len(grown), size=count)]) if len(grown) else grown
    lean = np.array(weight) * 0.6
    width = max(1.0, reach * rng.uniform(0.15, 0.6))
    tuft = (chosen / width).astype(np.intp)
    tuft_aim = rng.normal(size=(int(tuft.max(initial=0)) + 1, 2))[tuft] * 0.3
    tuft_length = rng.uniform(0.6, 1.25, int(tuft.max(initial=0)) + 1)[tuft]
    aim = thing.normals[chosen] + lean + tuft_aim + rng.normal(size=(len(chosen), 2)) * 0.18
    lengths = reach * cover[chosen] * tuft_length * rng.uniform(0.45, 1.1, len(chosen))
    start = thing.points[chosen] - thing.normals[chosen] * np.minimum(lengths * 0.4, 4)[:, None]
    curves = grow(rng, start, aim, lengths=lengths, bend=0.5, pull=(lean[0], lean[1]), steps=5)
    middle = np.minimum(((tuft + 0.5) * width).astype(np.intp), len(thing.points) - 1)
    closing = rng.uniform(0, 0.7) * np.linspace(0, 1, 5) ** 1.5
    gap = thing.points[middle] - thing.points[chosen]
    gap[np.linalg.norm(gap, axis=1) > 2 * width] = 0  # the tuft's middle lies on another contour
    curves += gap[:, None, :] * closing[None, :, None]
    return curves, _tapering(rng, len(chosen), thickest=float(rng.uniform(1.3, 3)), steps=5)


def _tapering(rng: np.random.Generator, count: int, *, thickest: float, steps: int = STEPS) -> npt.NDArray[np.float64]:
    """Widths from root to tip, to nothing at an end that comes sooner for some: count x steps, in pixels."""
    along = np.linspace(0, 1, steps)[None, :]
    end = rng.uniform(0.6, 1.05, (count, 1))
    return thickest * rng.uniform(0.5, 1, (count, 1)) * np.clip((end - along) / end, 0, 1) ** 0.7
