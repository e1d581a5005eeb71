"""Photos whose foreground is known, because they were composed from it."""

from functools import cache

import cv2
import numpy as np

from benchmarks.made_up_mattes import hairy_matte
from matting_core.foreground import composite


def red_on_green(dtype: type) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A red square with a soft edge, photographed before green: foreground, alpha, photo."""
    top = np.iinfo(dtype).max
    ramp = np.clip((np.arange(60) - 20) / 20, 0, 1).astype(np.float32)
    alpha = np.tile(ramp, (40, 1))
    red = np.zeros((40, 60, 3), dtype)
    red[..., 0] = top
    return red, alpha, composite(red, alpha, (0, 255, 0))


@cache
def hair_before_clutter() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hair of slowly changing warm colours before a busy background, 650x900: foreground, alpha, photo."""
    alpha = np.ascontiguousarray(hairy_matte()[1][50:700, 400:1300])
    foreground = _cloudy(1, alpha.shape, cell=60, low=80, high=180)
    foreground[..., 2] //= 3
    return foreground, alpha, composite(foreground, alpha, _cloudy(2, alpha.shape, cell=25, low=25, high=230))


def _cloudy(seed: int, shape: tuple[int, ...], *, cell: int, low: int, high: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).random((shape[0] // cell + 1, shape[1] // cell + 1, 3), np.float32)
    smooth = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    return (low + (high - low) * smooth).astype(np.uint8)
