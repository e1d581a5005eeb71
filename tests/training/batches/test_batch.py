"""Batches: crops that stay aligned, bytes that become numbers, and a prior that says nothing."""

import torch
from tiny_material import discs, smooth_pictures
from tiny_samples import tiny_samples

from training.batches.batch import crop_samples, decode, without_prior
from training.batches.samples import HALF_SCALE
from training.pretext.composed_photos import ComposedPhotos


def composed() -> ComposedPhotos:
    alpha = discs(2, 32)
    foreground, background = smooth_pictures(2, 32, seed=1), smooth_pictures(2, 32, seed=2)
    labels = torch.where(alpha == 1, 255, torch.where(alpha == 0, 0, 128)).to(torch.uint8)
    return ComposedPhotos(alpha * foreground + (1 - alpha) * background, labels, alpha, foreground, background)


def test_a_crop_cuts_the_half_resolution_at_the_same_place() -> None:
    samples = tiny_samples(2)
    crop = crop_samples(samples, top=10, left=24, size=32)
    assert torch.equal(crop.rgb, samples.rgb[:, :, 10:42, 24:56])
    for plane in ("trimap", "alpha", "prior"):
        assert torch.equal(getattr(crop, plane), getattr(samples, plane)[:, 10:42, 24:56])
    assert torch.equal(crop.half, samples.half[:, :, 5:21, 12:28])


def test_decoding_restores_the_ranges_and_the_one_hot_trimap() -> None:
    samples = tiny_samples(2)
    batch = decode(samples)
    assert batch.inputs.rgb.dtype == torch.float32
    torch.testing.assert_close(batch.inputs.rgb, samples.rgb / 255)
    torch.testing.assert_close(batch.inputs.prior[:, 0], samples.prior / 255)
    torch.testing.assert_close(batch.alpha[:, 0], samples.alpha / 255)
    torch.testing.assert_close(batch.inputs.half, samples.half / 255 / HALF_SCALE)
    labels = torch.tensor([0, 128, 255], dtype=torch.uint8)[batch.inputs.classes.argmax(1)]
    assert torch.equal(labels, samples.trimap)
    assert (batch.inputs.classes.sum(1) == 1).all()


def test_without_a_prior_photos_and_truth_are_the_composed_ones() -> None:
    photos = composed()
    batch = without_prior(photos)
    assert batch.inputs.rgb is photos.rgb
    assert batch.alpha is photos.alpha
    assert batch.foreground is photos.foreground
    assert batch.background is photos.background
    assert torch.equal(batch.inputs.classes, photos.classes)


def test_a_missing_prior_knows_the_trimap_and_nothing_else() -> None:
    photos = composed()
    inputs = without_prior(photos).inputs
    guess = torch.tensor([0, 0.5, 1])
    assert torch.equal(inputs.prior, guess[inputs.classes.argmax(1, keepdim=True)])
    assert inputs.half.shape == (2, 11, 16, 16)
    for plane in range(3):
        torch.testing.assert_close(inputs.half[:, plane], torch.nn.functional.avg_pool2d(inputs.prior, 2)[:, 0])
    assert (inputs.half[:, 3:5] == 0).all()
    assert (inputs.half[:, 5:] == 0.5).all()
