"""Comparisons made of figures, without models."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.gate.bootstrap import PairedSums


def paired(live: Sequence[Sequence[float]], candidate: Sequence[Sequence[float]]) -> PairedSums:
    """Parts x measures of both models; every measure is a mean over images."""
    live_sums = np.array(live, np.float64)
    return PairedSums(live_sums, np.array(candidate, np.float64), np.ones(live_sums.shape[1]))


@dataclass(frozen=True)
class Compared:
    image_id: int
    project_id: int
    tag: str
    golden: bool
    parts: PairedSums


def image(
    image_id: int, change: float, *, project: int = 1, tag: str = "", golden: bool = False, grad: float = 0.0
) -> Compared:
    """Ten parts whose SAD and MSE changed by about `change`, a share, and whose Grad changed by about `grad`."""
    rng = np.random.default_rng(image_id)
    live = rng.uniform(0.5, 1.5, (10, 3))
    candidate = live * (1 + np.array([change, grad, change]) + rng.normal(0, 0.005, (10, 3)))
    return Compared(image_id, project, tag, golden, paired(live.tolist(), candidate.tolist()))
