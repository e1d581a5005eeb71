"""Motion blur: a sharp thing that moved along a line or a small arc while the shutter was open."""

import cv2
import numpy as np

from matting_core.arrays import Floats
from training.pretext.thing_contours import random_thing


def draw_motion(rng: np.random.Generator, size: int) -> Floats:
    """A thing blurred along one line, or about one point."""
    mask = random_thing(rng, size).mask
    reach = float(np.exp(rng.uniform(np.log(0.008), np.log(0.09))) * size)
    if rng.random() < 0.65:
        angle = float(rng.uniform(0, 2 * np.pi))
        return moved(mask, way=(reach * float(np.cos(angle)), reach * float(np.sin(angle))))
    x, y = (rng.uniform(-0.3, 1.3, 2) * size).tolist()
    arm = float(np.hypot(x - size / 2, y - size / 2)) + 0.2 * size
    return moved(mask, angle=reach / arm, pivot=(x, y))


def moved(
    mask: Floats, *, way: tuple[float, float] = (0, 0), angle: float = 0.0, pivot: tuple[float, float] = (0, 0)
) -> Floats:
    """The mean of a square mask over all its places while it goes `way` ((x, y), pixels) and turns by `angle` (radians)
    about `pivot`, one of the two: float32, shape of `mask`. What lies beyond the border is as the border is.
    """
    size = mask.shape[0]
    farthest = max(float(np.hypot(pivot[0] - x, pivot[1] - y)) for x in (0, size) for y in (0, size))
    length = max(float(np.hypot(*way)), abs(angle) * farthest)
    # the mean of two copies half a way apart, then of two of those a quarter apart, is that of 2^n copies
    share = 0.5
    while share * length > 0.5:
        turn = cv2.getRotationMatrix2D(pivot, float(np.degrees(angle * share)), 1)
        turn[:, 2] += np.array(way) * share
        copy = cv2.warpAffine(mask, turn, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        mask = cv2.addWeighted(mask, 0.5, copy, 0.5, 0)
        share /= 2
    return mask
