"""Ground forms that the phenomena share: closed outlines, filled masks, fractal noise, ellipses."""

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats

Points = npt.NDArray[np.float64]
SUBPIXEL_BITS = 4  # OpenCV draws with 1/16 pixel coordinates


def outline(
    rng: np.random.Generator,
    *,
    centre: tuple[float, float],
    radius: float,
    roughness: float,
    points: int = 256,
) -> Points:
    """A random star-shaped closed outline: eight harmonics with 1/k amplitudes.

    Returns `points` x 2, (x, y) in pixels.
    """
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    distance = np.ones(points)
    for harmonic in range(1, 9):
        phase = rng.uniform(0, 2 * np.pi)
        distance += roughness * rng.normal() / harmonic * np.cos(harmonic * angle + phase) / 1.5
    distance = np.clip(distance, 0.25, 2.2) * radius
    return np.stack([centre[0] + distance * np.cos(angle), centre[1] + distance * np.sin(angle)], 1)


def filled(points: Points, size: int) -> Floats:
    """Anti-aliased inside of an outline: float32, size x size, [0, 1]."""
    mask = np.zeros((size, size), np.uint8)
    cv2.fillPoly(mask, [subpixel(points)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    return mask.astype(np.float32) / np.float32(255)


def subpixel(points: Points) -> npt.NDArray[np.int32]:
    """Pixel coordinates as OpenCV's fixed-point integers (use with ``shift=SUBPIXEL_BITS``)."""
    return np.round(points * (1 << SUBPIXEL_BITS)).astype(np.int32)


def softened(plane: Floats, sigma: float) -> Floats:
    """Gaussian blur of `sigma` pixels; a sigma too small to matter returns the plane itself."""
    soft: Floats = cv2.GaussianBlur(plane, (0, 0), sigma) if sigma > 0.3 else plane
    return soft


def fractal_noise(rng: np.random.Generator, size: int, *, octaves: int = 6, persistence: float = 0.6) -> Floats:
    """Cloud-like noise stretched to [0, 1]: float32, size x size."""
    total = np.zeros((size, size), np.float32)
    cells, amplitude = int(rng.integers(2, 5)), 1.0
    for octave in range(octaves):
        side = min(cells * 2**octave, size)
        grid = rng.normal(size=(side, side)).astype(np.float32)
        total += amplitude * cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC)
        amplitude *= persistence
    stretched: Floats = (total - total.min()) / (np.ptp(total) + np.float32(1e-6))
    return stretched


def ellipse(radius: int) -> npt.NDArray[np.uint8]:
    """Structuring element: a disc of `radius` pixels."""
    disc: npt.NDArray[np.uint8] = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return disc
