"""Colour sampling: which two known colours mixed this pixel, and how far to believe it."""

from collections.abc import Callable
from dataclasses import astuple, dataclass

import cv2
import numpy as np
import pytest

from matting_core.prior import colour_sampling
from matting_core.prior.colour_sampling import ColourSamples, sample_colours, sample_colours_coarsely

RED, BLUE = np.array([0.8, 0.2, 0.1], np.float32), np.array([0.1, 0.3, 0.9], np.float32)


def mixed(*, height: int = 30, width: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Photo, trimap and truth: red on the right, blue on the left, an arbitrary mixture between."""
    truth = np.zeros((height, width), np.float32)
    truth[:, -15:] = 1
    truth[:, 15:-15] = np.random.default_rng(5).random((height, width - 30)).astype(np.float32)
    trimap = np.zeros((height, width), np.uint8)
    trimap[:, -15:], trimap[:, 15:-15] = 255, 128
    return truth[..., None] * RED + (1 - truth[..., None]) * BLUE, trimap, truth


@dataclass(frozen=True)
class Sampled:
    """`ColourSamples` as NumPy arrays, colours last."""

    alpha: np.ndarray
    spread: np.ndarray
    residual: np.ndarray
    foreground: np.ndarray
    background: np.ndarray
    confidence: np.ndarray


def sampled(photo: np.ndarray, trimap: np.ndarray, *, by: Callable[..., ColourSamples] = sample_colours) -> Sampled:
    found = by(photo.astype(np.float32), trimap)
    colours = (found.foreground.permute(1, 2, 0).numpy(), found.background.permute(1, 2, 0).numpy())
    return Sampled(
        found.alpha.numpy(), found.spread.numpy(), found.residual.numpy(), *colours, found.confidence().numpy()
    )


def test_the_mixing_alpha_of_two_flat_colours_is_found() -> None:
    photo, trimap, truth = mixed()
    samples = sampled(photo, trimap)
    assert np.abs(samples.alpha - truth).max() < 0.01
    assert samples.residual.max() < 0.01
    assert samples.spread.max() < 0.01
    unknown = trimap == 128
    assert np.abs(samples.foreground[unknown] - RED).max() < 0.01
    assert np.abs(samples.background[unknown] - BLUE).max() < 0.01
    assert samples.confidence[unknown].min() > 0.8


def test_the_right_pair_is_found_among_several_colours_on_each_side() -> None:
    photo, trimap, truth = mixed()
    photo[:10, :15] = (0.9, 0.9, 0.2)
    photo[20:, -15:] = (0.1, 0.1, 0.1)
    middle = np.zeros(trimap.shape, bool)
    middle[:, 20:40] = True
    samples = sampled(photo, trimap)
    assert np.abs(samples.alpha - truth)[middle].mean() < 0.03


def test_known_pixels_keep_their_alpha_and_the_photos_own_colours() -> None:
    photo, trimap, truth = mixed()
    samples = sampled(photo, trimap)
    known = trimap != 128
    np.testing.assert_array_equal(samples.alpha[known], truth[known])
    np.testing.assert_array_equal(samples.foreground[known], photo[known])
    np.testing.assert_array_equal(samples.background[known], photo[known])
    assert not samples.residual[known].any()


def test_a_colour_off_the_line_is_distrusted() -> None:
    photo, trimap, _ = mixed()
    photo[12:18, 25:35] = (0.1, 0.9, 0.1)
    samples = sampled(photo, trimap)
    assert samples.residual[12:18, 25:35].min() > 0.2
    assert samples.confidence[12:18, 25:35].max() < 0.05


def test_two_sides_of_one_colour_are_distrusted() -> None:
    _, trimap, _ = mixed()
    grey = np.full((*trimap.shape, 3), 0.5, np.float32)
    assert sampled(grey, trimap).confidence[trimap == 128].max() < 0.01


@pytest.mark.parametrize("known", [0, 255, None])
def test_without_both_known_classes_alpha_is_one_half(known: int | None) -> None:
    photo, _, _ = mixed()
    trimap = np.full(photo.shape[:2], 128, np.uint8)
    if known is not None:
        trimap[:, :15] = known
    samples = sampled(photo, trimap)
    np.testing.assert_array_equal(samples.alpha[trimap == 128], 0.5)
    np.testing.assert_array_equal(samples.foreground, photo)
    np.testing.assert_array_equal(samples.background, photo)


def noisy() -> tuple[np.ndarray, np.ndarray]:
    photo, trimap, _ = mixed()
    photo = photo + np.random.default_rng(1).normal(size=photo.shape).astype(np.float32) * 0.05
    return np.clip(photo, 0, 1), trimap


def test_twice_the_same_photo_gives_the_same_samples_whatever_was_drawn_between() -> None:
    first = sampled(*noisy())
    cv2.setRNGSeed(99)
    np.random.default_rng().random(7)
    for one, two in zip(astuple(first), astuple(sampled(*noisy())), strict=True):
        np.testing.assert_array_equal(one, two)


def test_working_in_small_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sampled(*noisy())
    monkeypatch.setattr(colour_sampling, "PIXELS_AT_ONCE", 37)
    for one, two in zip(astuple(whole), astuple(sampled(*noisy())), strict=True):
        np.testing.assert_allclose(one, two, atol=2e-4)  # spread is the root of a small difference


def test_coarse_sampling_finds_the_same_mixture_of_smooth_colours() -> None:
    photo, trimap, truth = mixed(height=31, width=61)
    samples = sampled(photo, trimap, by=sample_colours_coarsely)
    unknown = trimap == 128
    inner = unknown & (np.roll(unknown, 4, 1) & np.roll(unknown, -4, 1))
    assert np.abs(samples.alpha - truth)[inner].max() < 0.1
    np.testing.assert_array_equal(samples.alpha[~unknown], truth[~unknown])
    np.testing.assert_array_equal(samples.foreground[~unknown], photo[~unknown])
    assert not samples.residual[~unknown].any()


def test_coarse_sampling_finds_a_known_colour_one_pixel_wide() -> None:
    photo, trimap, _ = mixed()
    trimap[:, -15:] = 128
    trimap[:, -5] = 255
    photo[:, -15:] = RED
    samples = sampled(photo, trimap, by=sample_colours_coarsely)
    assert samples.alpha[:, -14:-6].min() > 0.9


def test_coarse_sampling_without_anything_unknown_is_ordinary_sampling() -> None:
    photo, trimap, _ = mixed()
    trimap[trimap == 128] = 0
    fine, coarse = sampled(photo, trimap), sampled(photo, trimap, by=sample_colours_coarsely)
    for one, two in zip(astuple(fine), astuple(coarse), strict=True):
        np.testing.assert_array_equal(one, two)
