"""Hair and fur: bundles of tapering curved strands that leave the outline of a body."""

import cv2
import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import SUBPIXEL_BITS, Points, filled, random_outline, softened, subpixel

STRANDS_PER_BUNDLE = 40


def draw_hair(rng: np.random.Generator, size: int) -> Floats:
    """Long, curly, rather sparse strands."""
    points, _ = random_outline(rng, size)
    body = softened(filled(points, size), float(rng.uniform(0.5, 4)))
    return _grow(
        rng,
        body,
        points,
        count=int(rng.integers(80, 500)),
        length=float(rng.uniform(0.08, 0.4) * size),
        curl=float(rng.uniform(0.2, 1.2)),
    )


def draw_fur(rng: np.random.Generator, size: int) -> Floats:
    """Short, dense strands all around."""
    points, _ = random_outline(rng, size)
    body = softened(filled(points, size), float(rng.uniform(0.5, 3)))
    return _grow(
        rng,
        body,
        points,
        count=int(rng.integers(500, 1200)),
        length=float(rng.uniform(0.02, 0.08) * size),
        curl=float(rng.uniform(0.2, 0.8)),
    )


def _grow(rng: np.random.Generator, body: Floats, points: Points, *, count: int, length: float, curl: float) -> Floats:
    """Lay strands over `body`, bundle by bundle; each bundle has one opacity, most of them nearly opaque.

    Photographed hair is mostly opaque where it is wider than a pixel; half transparent strands come from
    thinness, which the caller gets by drawing large and reducing.
    """
    alpha = body.copy()
    centre = points.mean(0)
    wind = rng.normal(size=2) * rng.uniform(0, 1.2)
    bundles = max(1, count // STRANDS_PER_BUNDLE)
    layer = np.zeros(body.shape, np.uint8)
    for _ in range(bundles):
        layer[:] = 0
        opacity = np.float32(1 - 0.6 * rng.uniform() ** 2)
        for _ in range(count // bundles):
            root = points[rng.integers(len(points))]
            strand = _strand(rng, root, root - centre, length=length, curl=curl, wind=wind)
            cv2.polylines(layer, [subpixel(strand)], False, 255, int(rng.integers(1, 4)), cv2.LINE_AA, SUBPIXEL_BITS)
        alpha = 1 - (1 - alpha) * (1 - layer.astype(np.float32) / np.float32(255) * opacity)
    return alpha


def _strand(
    rng: np.random.Generator, root: Points, outward: Points, *, length: float, curl: float, wind: Points
) -> Points:
    """A cubic Bezier curve that starts a little inside the body: 14 x 2 points."""
    heading = outward / (np.linalg.norm(outward) + 1e-6) + wind * 0.5 + rng.normal(size=2) * curl * 0.4
    heading /= np.linalg.norm(heading) + 1e-6
    sideways = np.array([-heading[1], heading[0]])
    reach = length * rng.uniform(0.3, 1.3)
    start = root - heading * reach * 0.2
    first = start + heading * reach * 0.4 + sideways * reach * rng.normal() * 0.2 * curl
    second = start + heading * reach * 0.8 + sideways * reach * rng.normal() * 0.4 * curl
    end = start + heading * reach * 1.2 + sideways * reach * rng.normal() * 0.6 * curl
    t = np.linspace(0, 1, 14)[:, None]
    curve: Points = (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t * t * second + t**3 * end
    return curve
