"""Made-up photos with a known subject."""

import numpy as np

from matting_core.arrays import Mask, Rgb


def disc(*, height: int, width: int, row: float, column: float, radius: float) -> Mask:
    y, x = np.mgrid[:height, :width]
    return np.hypot(y - row, x - column) <= radius


def studio(*, height: int = 144, width: int = 192) -> tuple[Rgb, Mask]:
    """A red disc before a grey backdrop that one lamp brightens, with the noise of a camera."""
    y, x = np.mgrid[:height, :width]
    backdrop = 150 + 60 * x / width - 30 * y / height
    subject = disc(height=height, width=width, row=height * 0.55, column=width * 0.4, radius=height * 0.25)
    rgb = np.where(subject[..., None], (170, 40, 50), backdrop[..., None])
    noise = np.random.default_rng(7).normal(0, 2, rgb.shape)
    return np.clip(rgb + noise, 0, 255).astype(np.uint8), subject


def meadow(*, height: int = 144, width: int = 192) -> tuple[Rgb, Mask]:
    """A blue disc on rough green ground under a bright sky: a frame that is not plain."""
    rng = np.random.default_rng(8)
    rough = rng.normal(0, 25, (height // 4, width // 4)).repeat(4, axis=0).repeat(4, axis=1)
    ground = np.array([70, 120, 40]) + rough[..., None]
    sky = np.broadcast_to([180, 200, 230], ground.shape)
    y, _ = np.mgrid[:height, :width]
    subject = disc(height=height, width=width, row=height * 0.6, column=width * 0.5, radius=height * 0.27)
    rgb = np.where(subject[..., None], (40, 60, 190), np.where((y < height * 0.3)[..., None], sky, ground))
    return np.clip(rgb + rng.normal(0, 4, rgb.shape), 0, 255).astype(np.uint8), subject
