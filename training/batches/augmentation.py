"""Augmentations after which the prior of a sample is still true.

A prior is part of the sample, so an augmentation may only do what closed-form matting and colour sampling
follow exactly: turns and flips, a gain of each channel that is *not* clipped (alpha is linear in colour, and a gain is
one under any power of it), a permutation of the channels, and swapping foreground with background (alpha becomes
1 - alpha).
"""

import numpy as np
import torch
from torch import Tensor

from matting_core.networks.compact.compact_features import CompactInput
from training.batches.batch import Batch
from training.batches.part import WHOLE, Part


def augment(rng: np.random.Generator, batch: Batch, *, count: int | None = None, part: Part = WHOLE) -> Batch:
    """One random turn, flip, channel order and swap for the batch; one colour change per sample.

    batch: without foreground and background colours, which are not followed up. count, part: where it is a part of a
    batch of `count` samples; all parts together are then what the whole batch would have become.
    """
    device = batch.alpha.device
    turns, flip = int(rng.integers(4)), rng.random() < 0.5
    order = torch.from_numpy(rng.permutation(3)) if rng.random() < 0.3 else torch.arange(3)
    count = count or len(batch.alpha)
    gain = rng.uniform(0.75, 1.15, (count, 1, 1, 1)) * (1 + rng.normal(size=(count, 3, 1, 1)) * 0.06)
    order, gains = order.to(device), torch.from_numpy(gain[part.rows(count)]).float().to(device)

    def turned(planes: Tensor) -> Tensor:
        planes = torch.rot90(planes, turns, (2, 3))
        return torch.flip(planes, (3,)) if flip else planes

    def relit(colours: Tensor) -> Tensor:
        return (colours * gains)[:, order]

    x = batch.inputs
    half = turned(x.half)
    fore, back = relit(half[:, 5:8]), relit(half[:, 8:11])
    alphas, quality = half[:, :3], half[:, 3:5]
    rgb, classes, prior = relit(turned(x.rgb)), turned(x.classes), turned(x.prior)
    alpha = turned(batch.alpha)
    if rng.random() < 0.5:
        alphas, fore, back = 1 - alphas, back, fore
        classes, prior, alpha = classes.flip(1), 1 - prior, 1 - alpha
    trusted = None if batch.trusted is None else turned(batch.trusted)
    half = torch.cat([alphas, quality, fore, back], 1)
    return Batch(CompactInput(rgb, classes, prior, half), alpha, trusted=trusted)
