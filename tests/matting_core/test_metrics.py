"""The four errors against published and independently computed values."""

import numpy as np
import pytest

from matting_core.errors import InvalidArrayError
from matting_core.metrics import MatteErrors, connectivity_error, gradient_error, measure, mse, sad
from matting_core.trimap import force_known


def levels(plane: np.ndarray) -> np.ndarray:
    return (plane / 255).astype(np.float32)


def corner_case() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The case that MMagic's tests use: the truth is white, the prediction misses the unknown corner."""
    truth = np.full((32, 32), 255)
    trimap = np.zeros((32, 32), np.uint8)
    trimap[:16, :16], trimap[16:, 16:] = 128, 255
    alpha = np.zeros((32, 32))
    alpha[16:, 16:] = 255
    return levels(alpha), levels(truth), trimap


def disc(centre: float) -> np.ndarray:
    """A disc of radius 18 with a ramp of 6 pixels around (centre, 32), in 8-bit levels."""
    y, x = np.mgrid[:64, :64]
    distance = np.hypot(x - centre, y - 32)
    return np.floor(np.clip((21 - distance) / 6, 0, 1) * 255 + 0.5)


def shifted_disc() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A disc predicted one pixel too far to the right, exact in the known region."""
    y, x = np.mgrid[:64, :64]
    distance = np.hypot(x - 32, y - 32)
    trimap = np.where(distance < 18, 255, 0).astype(np.uint8)
    trimap[np.abs(distance - 18) <= 8] = 128
    return force_known(levels(disc(33)), trimap), levels(disc(32)), trimap


def test_corner_case_has_the_reference_values() -> None:
    errors = measure(*corner_case())
    assert errors.sad == pytest.approx(0.256)
    assert errors.mse == pytest.approx(1.0)
    assert errors.grad == pytest.approx(0.0028887, abs=1e-7)
    assert errors.conn == pytest.approx(0.256)  # 0 if the background could be the largest component


def test_shifted_disc_has_the_reference_values() -> None:
    errors = measure(*shifted_disc())
    assert errors.sad == pytest.approx(0.072023529, abs=1e-8)
    assert errors.mse == pytest.approx(0.004972249, abs=1e-8)
    assert errors.grad == pytest.approx(0.058300207, abs=1e-8)
    assert errors.conn == pytest.approx(0.072882353, abs=1e-8)


def test_matte_that_never_reaches_white_is_stretched_for_the_gradient() -> None:
    alpha, truth, trimap = shifted_disc()
    capped = levels(np.minimum(np.rint(alpha * 255), 200))
    errors = measure(capped, truth, trimap)
    assert errors.sad == pytest.approx(0.158760784, abs=1e-8)
    assert errors.mse == pytest.approx(0.015478662, abs=1e-8)
    assert errors.grad == pytest.approx(0.153029438, abs=1e-8)  # 0.137162692 without the stretching
    assert errors.conn == pytest.approx(0.197333333, abs=1e-8)


def test_level_153_reaches_the_threshold_of_six_tenths() -> None:
    alpha, truth = levels(np.full((4, 4), 153)), np.ones((4, 4), np.float32)
    # l = 0.6, so that phi is 1 for the matte and 1 - (1 - 0.6) for the truth; l = 0.5 would give 0.5
    error = connectivity_error(alpha, truth, np.full((4, 4), 128, np.uint8))
    assert error == pytest.approx(16 * 0.4 / 1000)


def test_only_the_larger_of_two_islands_is_the_body() -> None:
    trimap = np.full((5, 9), 128, np.uint8)
    truth = np.zeros((5, 9), np.float32)
    truth[:, :4], truth[:, 6:] = 1.0, 1.0  # 20 and 15 pixels
    half = truth.copy()
    half[:, 6:] = 0.5
    # the smaller island never belongs to the body: l = 0, phi = 1 - value
    assert connectivity_error(half, truth, trimap) == pytest.approx(15 * (128 / 255 - 0.0) / 1000, rel=0.01)


@pytest.mark.parametrize("error", [sad, mse, gradient_error, connectivity_error])
def test_the_truth_itself_has_no_error(error: object) -> None:
    _, truth, trimap = shifted_disc()
    assert error(truth, truth, trimap) == 0.0  # type: ignore[operator]


def test_known_pixels_do_not_count() -> None:
    alpha, truth, trimap = shifted_disc()
    wrong = alpha.copy()
    wrong[trimap == 0] = 0.5
    assert sad(wrong, truth, trimap) == sad(alpha, truth, trimap)
    assert mse(wrong, truth, trimap) == mse(alpha, truth, trimap)


def test_trimap_without_unknown_has_no_error() -> None:
    ones = np.ones((3, 3), np.float32)
    assert measure(ones * 0, ones, np.full((3, 3), 255, np.uint8)) == MatteErrors(0.0, 0.0, 0.0, 0.0)


def test_planes_of_different_sizes_are_refused() -> None:
    with pytest.raises(InvalidArrayError, match="differ in size"):
        sad(np.zeros((3, 3), np.float32), np.zeros((3, 4), np.float32), np.zeros((3, 3), np.uint8))
