"""Batches: crops that stay aligned, augmentations that keep the matting equation and the prior true."""

import numpy as np
import pytest
import torch
from tiny_samples import tiny_samples, uniform
from torch.nn import functional as F

from matting_core.networks.compact.compact_features import CompactInput
from training.batches import Batch, augment, crop_samples, decode, draw_batch
from training.batches.samples import HALF_SCALE


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


def test_a_crop_cuts_the_half_resolution_at_the_same_place() -> None:
    samples = tiny_samples(2)
    crop = crop_samples(samples, top=10, left=24, size=32)
    np.testing.assert_array_equal(crop.rgb, samples.rgb[:, :, 10:42, 24:56])
    for plane in ("trimap", "alpha", "prior"):
        np.testing.assert_array_equal(getattr(crop, plane), getattr(samples, plane)[:, 10:42, 24:56])
    np.testing.assert_array_equal(crop.half, samples.half[:, :, 5:21, 12:28])


def test_decoding_restores_the_ranges_and_the_one_hot_trimap() -> None:
    samples = tiny_samples(2)
    batch = decode(samples)
    assert batch.inputs.rgb.dtype == torch.float32
    np.testing.assert_allclose(batch.alpha[:, 0].numpy(), samples.alpha / 255, atol=1e-6)
    np.testing.assert_allclose(batch.inputs.half.numpy(), samples.half / 255 / HALF_SCALE, atol=1e-6)
    np.testing.assert_array_equal(
        batch.inputs.classes.argmax(1).numpy(), np.searchsorted([0, 128, 255], samples.trimap)
    )
    assert (batch.inputs.classes.sum(1) == 1).all()


def test_samples_without_weight_are_never_drawn() -> None:
    samples = tiny_samples(4)
    samples.alpha[3] = 77
    rng = np.random.default_rng(0)
    for _ in range(5):
        batch = draw_batch(rng, samples, np.array([0.5, 0.3, 0.2, 0.0]), size=8, crop=32)
        assert batch.alpha.shape == (8, 1, 32, 32)
        assert batch.inputs.half.shape == (8, 11, 16, 16)
        assert not torch.isclose(batch.alpha.flatten(1).std(1), torch.tensor(0.0)).any()


def test_the_same_seed_draws_the_same_batch() -> None:
    samples = tiny_samples(4)
    one, two, other = (
        draw_batch(np.random.default_rng(seed), samples, uniform(samples), size=4, crop=48) for seed in (7, 7, 8)
    )
    assert torch.equal(one.inputs.rgb, two.inputs.rgb)
    assert torch.equal(one.alpha, two.alpha)
    assert not torch.equal(one.inputs.rgb, other.inputs.rgb)
