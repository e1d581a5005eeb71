"""Mattes that nobody photographed, for benchmarks and tests that need hair and its exact truth."""

import cv2
import numpy as np

from matting_core.arrays import Alpha, Trimap
from matting_core.trimap import force_known, from_alpha

WIDTH, HEIGHT = 1732, 1155
HAIRS = 900
BAND = 12  # pixels of certainty that the trimap gives away around every hair


def hairy_matte(seed: int = 0) -> tuple[Alpha, Alpha, Trimap]:
    """A head with hair that blows about it: a prediction that blurs the hair, the truth, and a trimap.

    Returns alpha and truth, float32, [0, 1], and trimap, uint8, {0, 128, 255}, all HEIGHTxWIDTH. The same seed gives
    the same mattes.
    """
    rng = np.random.default_rng(seed)
    levels = np.zeros((HEIGHT, WIDTH), np.uint8)
    centre, axes = np.array([WIDTH / 2, HEIGHT * 0.6]), np.array([360, 330])
    cv2.ellipse(levels, centre.astype(int).tolist(), axes.tolist(), 0, 0, 360, 255, cv2.FILLED, cv2.LINE_AA)
    for _ in range(HAIRS):
        angle = rng.uniform(np.pi, 2 * np.pi)
        root = centre + (axes - 10) * (np.cos(angle), np.sin(angle))
        turns = angle + rng.normal(0, 0.3) + np.cumsum(rng.normal(0, 0.25, 12))
        steps = rng.uniform(8, 22, (12, 1)) * np.stack([np.cos(turns), np.sin(turns)], 1)
        hair = np.rint(16 * (root + np.cumsum(steps, axis=0))).astype(np.int32)
        cv2.polylines(levels, [hair], False, int(rng.integers(60, 256)), 1, cv2.LINE_AA, 4)
    truth = (levels / 255).astype(np.float32)
    trimap = from_alpha(truth, band=BAND)
    noise = rng.normal(0, 0.03, truth.shape).astype(np.float32)
    alpha = np.clip(cv2.GaussianBlur(truth, (0, 0), 0.8) + noise, 0, 1)
    return force_known(alpha, trimap), truth, trimap
