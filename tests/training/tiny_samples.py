"""Small sample sets made by formula, for all tests of the training."""

import numpy as np
import torch

from training.batches.samples import HALF_SCALE, SampleSet


def tiny_samples(count: int, *, side: int = 64, seed: int = 0, prior_error: float = 0.1) -> SampleSet:
    """Soft discs of one colour before another; the prior is off by about `prior_error` in the unknown region.

    Known pixels are exact in alpha and prior, as `training.samples.pack` leaves them.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        y, x = np.mgrid[:side, :side]
        centre, radius = rng.uniform(0.4, 0.6, 2) * side, rng.uniform(0.2, 0.3) * side
        distance = np.hypot(x - centre[0], y - centre[1]) - radius
        alpha = np.clip(0.5 - distance / (0.1 * side), 0, 1)
        trimap = np.full((side, side), 128, np.uint8)
        trimap[distance < -0.1 * side], trimap[distance > 0.1 * side] = 255, 0
        fore, back = rng.uniform(0.6, 1, 3), rng.uniform(0, 0.4, 3)
        rgb = alpha * fore[:, None, None] + (1 - alpha) * back[:, None, None]
        prior = np.clip(alpha + prior_error * np.where(rng.random() < 0.5, 1, -1), 0, 1)
        prior = np.where(trimap == 128, prior, alpha)
        half = np.zeros((11, side // 2, side // 2))
        half[:3] = prior[::2, ::2]
        half[5:8], half[8:11] = fore[:, None, None], back[:, None, None]
        planes = (rgb, alpha, prior, half * HALF_SCALE.numpy())
        rgb8, alpha8, prior8, half8 = (np.round(np.clip(plane, 0, 1) * 255).astype(np.uint8)[None] for plane in planes)
        planes8 = {"rgb": rgb8, "trimap": trimap[None], "alpha": alpha8, "prior": prior8, "half": half8}
        rows.append(SampleSet(**{name: torch.from_numpy(plane) for name, plane in planes8.items()}))
    return SampleSet.join(rows)
