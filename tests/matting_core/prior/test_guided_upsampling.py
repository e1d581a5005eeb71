"""Guided upsampling: alpha follows the photo's own edges to full resolution."""

import cv2
import numpy as np
import torch

from matting_core.prior.guided_upsampling import guided_upsampling


def upsampled(alpha: np.ndarray, *, small: np.ndarray, large: np.ndarray) -> np.ndarray:
    """`guided_upsampling` of NumPy arrays, colours last."""
    guide, photo = (torch.from_numpy(colours.transpose(2, 0, 1).copy()) for colours in (small, large))
    return guided_upsampling(torch.from_numpy(alpha.copy()), small=guide, large=photo).numpy()


def textured_photo(height: int, width: int) -> np.ndarray:
    noise = np.random.default_rng(0).random((height, width, 3)).astype(np.float32)
    return cv2.GaussianBlur(noise, (0, 0), 1.5)


def halved(plane: np.ndarray) -> np.ndarray:
    return cv2.resize(plane, (plane.shape[1] // 2, plane.shape[0] // 2), interpolation=cv2.INTER_AREA)


def test_an_alpha_linear_in_colour_comes_back() -> None:
    photo = textured_photo(60, 80)
    slope, offset = np.array([0.9, -0.6, 0.5], np.float32), np.float32(0.1)
    truth = photo @ slope + offset
    assert truth.min() > 0
    assert truth.max() < 1
    small = halved(photo)
    alpha = upsampled(small @ slope + offset, small=small, large=photo)
    assert alpha.dtype == np.float32
    assert alpha.shape == (60, 80)
    assert np.abs(alpha - truth).max() < 0.01
    blurry = cv2.resize(small @ slope + offset, (80, 60))
    assert np.abs(alpha - truth).mean() < 0.1 * np.abs(blurry - truth).mean()


def test_a_grey_photo_with_three_equal_channels_stays_finite_and_right() -> None:
    grey = np.repeat(textured_photo(40, 40)[..., :1], 3, axis=-1)
    small = halved(grey)
    alpha = upsampled(small[..., 0] * 0.8, small=small, large=grey)
    assert np.isfinite(alpha).all()
    assert np.abs(alpha - grey[..., 0] * 0.8).max() < 0.01


def test_without_any_texture_the_enlargement_is_smooth_and_in_range() -> None:
    flat = np.full((32, 32, 3), 0.4, np.float32)
    step = np.zeros((16, 16), np.float32)
    step[:, 8:] = 1
    alpha = upsampled(step, small=halved(flat), large=flat)
    assert (alpha >= 0).all()
    assert (alpha <= 1).all()
    assert (np.diff(alpha, axis=1) > -1e-6).all()
    assert alpha[:, :8].max() < 1e-5
    assert alpha[:, 24:].min() > 1 - 1e-5
