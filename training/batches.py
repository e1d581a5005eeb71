"""Batches for the compact network: drawn by weight, cropped, decoded, augmented so that the prior stays true.

A prior is part of the sample, so an augmentation may only do what closed-form matting and colour sampling
follow exactly: turns and flips, an affine change of colour that is *not* clipped (alpha is linear in colour),
a permutation of the channels, and swapping foreground with background (alpha becomes 1 - alpha).
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.networks.compact.compact_features import CompactInput
from training.samples import HALF_SCALE, SampleSet


@dataclass(frozen=True, slots=True)
class Batch:
    """inputs: a batch for the network. alpha: N x 1 x S x S, float32, the truth."""

    inputs: CompactInput
    alpha: Tensor


def draw_batch(
    rng: np.random.Generator,
    samples: SampleSet,
    probabilities: np.ndarray[tuple[int], np.dtype[np.float64]],
    *,
    size: int,
    crop: int,
) -> Batch:
    """`size` samples drawn with `probabilities` (N, sum 1), one common crop of `crop` pixels, augmented."""
    rows = rng.choice(len(samples), size, p=probabilities)
    side = samples.rgb.shape[-1]
    top, left = (2 * int(value) for value in rng.integers(0, (side - crop) // 2 + 1, 2))
    return augment(rng, decode(crop_samples(samples[rows], top=top, left=left, size=crop)))


def crop_samples(samples: SampleSet, *, top: int, left: int, size: int) -> SampleSet:
    """The same square of every sample; `top`, `left` and `size` are even."""
    full = (..., slice(top, top + size), slice(left, left + size))
    half = (..., slice(top // 2, (top + size) // 2), slice(left // 2, (left + size) // 2))
    return SampleSet(
        samples.rgb[full], samples.trimap[full], samples.alpha[full], samples.prior[full], samples.half[half]
    )


def decode(samples: SampleSet) -> Batch:
    """uint8 arrays as float32 tensors."""

    def unit(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).float() / 255

    classes = np.stack([samples.trimap == label for label in (BACKGROUND, UNKNOWN, FOREGROUND)], 1)
    inputs = CompactInput(
        rgb=unit(samples.rgb),
        classes=torch.from_numpy(classes).float(),
        prior=unit(samples.prior)[:, None],
        half=unit(samples.half) / torch.from_numpy(HALF_SCALE),
    )
    return Batch(inputs, unit(samples.alpha)[:, None])


def augment(rng: np.random.Generator, batch: Batch) -> Batch:
    """One random turn, flip, channel order and swap for the batch; one colour change per sample."""
    turns, flip = int(rng.integers(4)), rng.random() < 0.5
    order = torch.from_numpy(rng.permutation(3)) if rng.random() < 0.3 else torch.arange(3)
    count = len(batch.alpha)
    gain = rng.uniform(0.75, 1.15, (count, 1, 1, 1)) * (1 + rng.normal(size=(count, 3, 1, 1)) * 0.06)
    shift = rng.uniform(-0.05, 0.05, (count, 1, 1, 1))

    def turned(planes: Tensor) -> Tensor:
        planes = torch.rot90(planes, turns, (2, 3))
        return torch.flip(planes, (3,)) if flip else planes

    def relit(colours: Tensor) -> Tensor:
        return (colours * torch.from_numpy(gain).float() + torch.from_numpy(shift).float())[:, order]

    x = batch.inputs
    half = turned(x.half)
    fore, back = relit(half[:, 5:8]), relit(half[:, 8:11])
    alphas, quality = half[:, :3], half[:, 3:5]
    rgb, classes, prior = relit(turned(x.rgb)), turned(x.classes), turned(x.prior)
    alpha = turned(batch.alpha)
    if rng.random() < 0.5:
        alphas, fore, back = 1 - alphas, back, fore
        classes, prior, alpha = classes.flip(1), 1 - prior, 1 - alpha
    return Batch(CompactInput(rgb, classes, prior, torch.cat([alphas, quality, fore, back], 1)), alpha)
