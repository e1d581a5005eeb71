"""Leaves, petals and feathers: many overlapping slender shapes with gaps between them."""

import cv2
import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import filled, outline, random_outline, softened


def draw_foliage(rng: np.random.Generator, size: int) -> Floats:
    """Slender ellipses at all angles around a compact core."""
    points, radius = random_outline(rng, size)
    leaves = np.zeros((size, size), np.uint8)
    for _ in range(int(rng.integers(20, 150))):
        centre = tuple(float(value) for value in rng.uniform(0, size, 2))
        axes = (float(rng.uniform(4, 70)), float(rng.uniform(2, 16)))
        cv2.ellipse(leaves, (centre, axes, float(rng.uniform(0, 180))), 255, -1, cv2.LINE_AA)
    alpha = softened(leaves.astype(np.float32) / np.float32(255), float(rng.uniform(0.5, 4)))
    if rng.random() < 0.5:
        alpha = alpha * softened(filled(points, size), radius * 0.3)
    centre = (float(points[:, 0].mean()), float(points[:, 1].mean()))
    core = filled(outline(rng, centre=centre, radius=radius * 0.5, roughness=0.2), size)
    return np.maximum(alpha, softened(core, 1))
