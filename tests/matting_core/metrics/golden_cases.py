"""Mattes whose errors are published, or were computed by independent implementations."""

import numpy as np

from matting_core.trimap import force_known


def levels(plane: np.ndarray) -> np.ndarray:
    return (plane / 255).astype(np.float32)


def corner_case() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The case that MMagic's tests use: the truth is white, the prediction misses the unknown corner."""
    truth = np.full((32, 32), 255)
    trimap = np.zeros((32, 32), np.uint8)
    trimap[:16, :16], trimap[16:, 16:] = 128, 255
    alpha = np.zeros((32, 32))
    alpha[16:, 16:] = 255
    return levels(alpha), levels(truth), trimap


def disc(centre: float) -> np.ndarray:
    """A disc of radius 18 with a ramp of 6 pixels around (centre, 32), in 8-bit levels."""
    y, x = np.mgrid[:64, :64]
    distance = np.hypot(x - centre, y - 32)
    return np.floor(np.clip((21 - distance) / 6, 0, 1) * 255 + 0.5)


def shifted_disc() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A disc predicted one pixel too far to the right, exact in the known region."""
    y, x = np.mgrid[:64, :64]
    distance = np.hypot(x - 32, y - 32)
    trimap = np.where(distance < 18, 255, 0).astype(np.uint8)
    trimap[np.abs(distance - 18) <= 8] = 128
    return force_known(levels(disc(33)), trimap), levels(disc(32)), trimap


def capped_disc() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same with the whole prediction, known foreground included, cut down to level 200."""
    alpha, truth, trimap = shifted_disc()
    return levels(np.minimum(np.rint(alpha * 255), 200)), truth, trimap
