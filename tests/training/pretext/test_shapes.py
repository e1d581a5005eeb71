"""Ground forms: closed outlines, anti-aliased insides, noise in range."""

import numpy as np
import pytest

from training.pretext.shapes import ellipse, filled, fractal_noise, outline, softened, subpixel


def circle(radius: float) -> np.ndarray:
    return outline(np.random.default_rng(0), centre=(32.0, 32.0), radius=radius, roughness=0.0)


def test_an_outline_without_roughness_is_a_circle() -> None:
    distance = np.hypot(*(circle(20) - 32).T)
    np.testing.assert_allclose(distance, 20)


def test_a_rough_outline_stays_within_its_limits() -> None:
    points = outline(np.random.default_rng(1), centre=(0.0, 0.0), radius=10, roughness=2, points=100)
    distance = np.hypot(*points.T)
    assert points.shape == (100, 2)
    assert distance.std() > 1
    assert distance.min() >= 2.5 - 1e-9
    assert distance.max() <= 22 + 1e-9


def test_the_inside_of_a_circle_has_its_area_and_a_soft_edge() -> None:
    mask = filled(circle(20), 64)
    assert mask.dtype == np.float32
    assert mask.sum() == pytest.approx(np.pi * 20**2, rel=0.1)  # OpenCV paints the border too
    assert mask[32, 32] == 1
    assert mask[0, 0] == 0
    assert ((mask > 0) & (mask < 1)).any()


def test_subpixel_coordinates_are_sixteenths() -> None:
    np.testing.assert_array_equal(subpixel(np.array([[1.5, 2.03125]])), [[24, 32]])


def test_softening_spreads_an_edge_and_a_tiny_sigma_leaves_it() -> None:
    mask = filled(circle(20), 64)
    assert softened(mask, 0.2) is mask
    blurred = softened(mask, 3)
    assert np.abs(np.diff(blurred, axis=0)).max() < 0.3 * np.abs(np.diff(mask, axis=0)).max()


@pytest.mark.parametrize("size", [7, 64])
def test_noise_spans_the_unit_interval(size: int) -> None:
    noise = fractal_noise(np.random.default_rng(0), size)
    assert noise.shape == (size, size)
    assert noise.dtype == np.float32
    assert noise.min() == 0
    assert 0.99 < noise.max() <= 1


def test_fewer_octaves_make_smoother_noise() -> None:
    rough, smooth = (fractal_noise(np.random.default_rng(0), 128, octaves=octaves) for octaves in (6, 2))
    assert np.abs(np.diff(smooth)).mean() < 0.5 * np.abs(np.diff(rough)).mean()


def test_a_disc_is_round() -> None:
    disc = ellipse(5)
    assert disc.shape == (11, 11)
    assert disc[5].all()
    assert not disc[0, 0]
