"""A photo that is hard enough to tell models apart, at any size."""

import numpy as np


def photo_and_trimap(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A striped ellipse before noise, its edge unknown; the pixel in the middle of the top always is."""
    y, x = np.mgrid[:height, :width]
    distance = np.hypot((x - width / 2) / width, (y - height / 2) / height)
    alpha = np.clip((0.35 - distance) / 0.08, 0, 1)[..., None]
    front = np.stack([200 + 40 * np.sin(x / 5), 120 + 0 * x, 60 + 40 * np.cos(y / 7)], -1)
    noise = np.random.default_rng(0).uniform(20, 90, (height, width, 3))
    trimap = np.full((height, width), 128, np.uint8)
    trimap[distance < 0.22], trimap[distance > 0.4] = 255, 0
    trimap[0, width // 2] = 128
    return (alpha * front + (1 - alpha) * noise).astype(np.uint8), trimap
