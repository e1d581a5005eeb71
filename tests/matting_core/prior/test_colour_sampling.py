"""Colour sampling: which two known colours mixed this pixel, and how far to believe it."""

import cv2
import numpy as np
import pytest

from matting_core.prior import colour_sampling
from matting_core.prior.colour_sampling import ColourSamples, sample_colours

RED, BLUE = np.array([0.8, 0.2, 0.1], np.float32), np.array([0.1, 0.3, 0.9], np.float32)


def mixed(*, height: int = 30, width: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Photo, trimap and truth: red on the right, blue on the left, an arbitrary mixture between."""
    truth = np.zeros((height, width), np.float32)
    truth[:, -15:] = 1
    truth[:, 15:-15] = np.random.default_rng(5).random((height, width - 30)).astype(np.float32)
    trimap = np.zeros((height, width), np.uint8)
    trimap[:, -15:], trimap[:, 15:-15] = 255, 128
    return truth[..., None] * RED + (1 - truth[..., None]) * BLUE, trimap, truth


def test_the_mixing_alpha_of_two_flat_colours_is_found() -> None:
    photo, trimap, truth = mixed()
    samples = sample_colours(photo, trimap)
    assert np.abs(samples.alpha - truth).max() < 0.01
    assert samples.residual.max() < 0.01
    assert samples.spread.max() < 0.01
    unknown = trimap == 128
    assert np.abs(samples.foreground[unknown] - RED).max() < 0.01
    assert np.abs(samples.background[unknown] - BLUE).max() < 0.01
    assert samples.confidence()[unknown].min() > 0.8


def test_the_right_pair_is_found_among_several_colours_on_each_side() -> None:
    photo, trimap, truth = mixed()
    photo[:10, :15] = (0.9, 0.9, 0.2)
    photo[20:, -15:] = (0.1, 0.1, 0.1)
    middle = np.zeros(trimap.shape, bool)
    middle[:, 20:40] = True
    samples = sample_colours(photo, trimap)
    assert np.abs(samples.alpha - truth)[middle].mean() < 0.03


def test_known_pixels_keep_their_alpha_and_the_photos_own_colours() -> None:
    photo, trimap, truth = mixed()
    samples = sample_colours(photo, trimap)
    known = trimap != 128
    np.testing.assert_array_equal(samples.alpha[known], truth[known])
    np.testing.assert_array_equal(samples.foreground[known], photo[known])
    np.testing.assert_array_equal(samples.background[known], photo[known])
    assert not samples.residual[known].any()


def test_a_colour_off_the_line_is_distrusted() -> None:
    photo, trimap, _ = mixed()
    photo[12:18, 25:35] = (0.1, 0.9, 0.1)
    samples = sample_colours(photo, trimap)
    assert samples.residual[12:18, 25:35].min() > 0.2
    assert samples.confidence()[12:18, 25:35].max() < 0.05


def test_two_sides_of_one_colour_are_distrusted() -> None:
    _, trimap, _ = mixed()
    grey = np.full((*trimap.shape, 3), 0.5, np.float32)
    assert sample_colours(grey, trimap).confidence()[trimap == 128].max() < 0.01


@pytest.mark.parametrize("known", [0, 255, None])
def test_without_both_known_classes_alpha_is_one_half(known: int | None) -> None:
    photo, _, _ = mixed()
    trimap = np.full(photo.shape[:2], 128, np.uint8)
    if known is not None:
        trimap[:, :15] = known
    samples = sample_colours(photo, trimap)
    np.testing.assert_array_equal(samples.alpha[trimap == 128], 0.5)
    np.testing.assert_array_equal(samples.foreground, photo)
    np.testing.assert_array_equal(samples.background, photo)


def planes(samples: ColourSamples) -> tuple[np.ndarray, ...]:
    return samples.alpha, samples.spread, samples.residual, samples.foreground, samples.background


def noisy() -> tuple[np.ndarray, np.ndarray]:
    photo, trimap, _ = mixed()
    photo = photo + np.random.default_rng(1).normal(size=photo.shape).astype(np.float32) * 0.05
    return np.clip(photo, 0, 1), trimap


def test_twice_the_same_photo_gives_the_same_samples_whatever_was_drawn_between() -> None:
    first = sample_colours(*noisy())
    cv2.setRNGSeed(99)
    np.random.default_rng().random(7)
    for one, two in zip(planes(first), planes(sample_colours(*noisy())), strict=True):
        np.testing.assert_array_equal(one, two)


def test_working_in_small_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sample_colours(*noisy())
    monkeypatch.setattr(colour_sampling, "PIXELS_AT_ONCE", 37)
    for one, two in zip(planes(whole), planes(sample_colours(*noisy())), strict=True):
        np.testing.assert_allclose(one, two, atol=1e-6)
