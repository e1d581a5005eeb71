"""Lace, mesh and net: a periodic weave with soft threads, seen at any angle, slightly distorted."""

import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import filled, fractal_noise, random_outline, softened


def draw_lace(rng: np.random.Generator, size: int) -> Floats:
    """Two crossing sets of threads inside an outline."""
    points, _ = random_outline(rng, size)
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    along = columns * np.cos(angle) + rows * np.sin(angle)
    across = -columns * np.sin(angle) + rows * np.cos(angle)
    period = rng.uniform(10, 60)
    distortion = rng.uniform(3, 12) * fractal_noise(rng, size, octaves=3)
    weave = np.maximum(
        np.cos((along + distortion) * 2 * np.pi / period),
        np.cos((across + distortion) * 2 * np.pi / period * rng.uniform(0.6, 1.4)),
    )
    threads = np.clip((weave - rng.uniform(0.3, 0.85)) * period / 8 + 0.5, 0, 1)
    alpha: Floats = (threads * softened(filled(points, size), 1.5) * rng.uniform(0.85, 1)).astype(np.float32)
    return alpha
