"""Augmentations: the matting equation and the prior stay true."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from matting_core.networks.compact.compact_features import CompactInput
from training.batches.augmentation import augment
from training.batches.batch import Batch


def exact_mixture(side: int = 8) -> Batch:
    """A batch of three in which rgb = alpha F + (1 - alpha) B holds to the last bit of float32.

    Every 2x2 block has one alpha, so that the half-resolution planes describe the photo exactly.
    """
    generator = torch.Generator().manual_seed(0)
    small = torch.rand(3, 1, side // 2, side // 2, generator=generator)
    labels = torch.randint(0, 3, small.shape, generator=generator)
    small = torch.where(labels == 1, small, (labels == 2).float())
    fore, back = (torch.rand(3, 3, side // 2, side // 2, generator=generator) for _ in range(2))
    quality = torch.rand(3, 2, side // 2, side // 2, generator=generator)
    half = torch.cat([small, small, small, quality, fore, back], 1)
    mixed = small * fore + (1 - small) * back
    classes = F.one_hot(labels[:, 0], 3).permute(0, 3, 1, 2).float()

    def full(planes: torch.Tensor) -> torch.Tensor:
        return F.interpolate(planes, scale_factor=2, mode="nearest")

    return Batch(CompactInput(full(mixed), full(classes), full(small), half), full(small))


def augmented(seed: int) -> Batch:
    return augment(np.random.default_rng(seed), exact_mixture())


@pytest.mark.parametrize("seed", range(12))
def test_after_any_augmentation_the_prior_still_explains_the_photo(seed: int) -> None:
    batch = augmented(seed)
    half, rgb = batch.inputs.half, F.avg_pool2d(batch.inputs.rgb, 2)
    for plane in range(3):
        alpha = half[:, plane : plane + 1]
        torch.testing.assert_close(alpha * half[:, 5:8] + (1 - alpha) * half[:, 8:11], rgb, atol=1e-5, rtol=0)
        torch.testing.assert_close(alpha, F.avg_pool2d(batch.alpha, 2), atol=1e-6, rtol=0)
    torch.testing.assert_close(batch.inputs.prior, batch.alpha)


@pytest.mark.parametrize("seed", range(12))
def test_after_any_augmentation_known_pixels_are_still_exact(seed: int) -> None:
    batch = augmented(seed)
    background, unknown, foreground = (batch.inputs.classes[:, index : index + 1] == 1 for index in range(3))
    assert (background | unknown | foreground).all()
    assert (batch.alpha[foreground] == 1).all()
    assert (batch.alpha[background] == 0).all()
    assert foreground.any()
    assert background.any()


def test_swapping_exchanges_the_classes_and_the_colours_and_turns_alpha_over() -> None:
    """Of many random augmentations about one half swap, which the order-free mean of alpha gives away."""
    mean = exact_mixture().alpha.mean()
    assert abs(mean - 0.5) > 0.02
    swapped = [seed for seed in range(30) if torch.isclose(augmented(seed).alpha.mean(), 1 - mean, atol=1e-4)]
    assert 8 <= len(swapped) <= 22
    fore_share = exact_mixture().inputs.foreground.mean()
    for seed in range(30):
        batch = augmented(seed)
        index = 0 if seed in swapped else 2
        torch.testing.assert_close(batch.inputs.classes[:, index].mean(), fore_share)


def test_augmentation_changes_colours_beyond_the_unit_interval_unclipped_and_turns_the_picture() -> None:
    original = exact_mixture()
    batches = [augmented(seed) for seed in range(20)]
    assert any(batch.inputs.rgb.max() > 1 or batch.inputs.rgb.min() < 0 for batch in batches)
    assert len({round(float(batch.inputs.rgb.mean()), 4) for batch in batches}) == 20
    assert any(not torch.equal(batch.inputs.unknown, original.inputs.unknown) for batch in batches)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_believed_turns_with_the_picture(seed: int) -> None:
    original = exact_mixture()
    batch = augment(np.random.default_rng(seed), replace(original, trusted=original.inputs.unknown))
    assert torch.equal(batch.trusted, batch.inputs.unknown)
    assert torch.equal(batch.counted, batch.inputs.unknown)
