"""The four errors against published and independently computed values."""

from collections.abc import Callable

import numpy as np
import pytest
from golden_cases import capped_disc, corner_case, levels, shifted_disc

from matting_core.errors import InvalidArrayError
from matting_core.metrics import MatteErrors, connectivity_error, gradient_error, measure, mse, sad


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
    errors = measure(*capped_disc())
    assert errors.sad == pytest.approx(0.158760784, abs=1e-8)
    assert errors.mse == pytest.approx(0.015478662, abs=1e-8)
    assert errors.grad == pytest.approx(0.153029438, abs=1e-8)  # 0.137162692 without the stretching
    assert errors.conn == pytest.approx(0.197333333, abs=1e-8)


@pytest.mark.parametrize(
    ("case", "background_competes"), [(corner_case, 0.0), (shifted_disc, 0.064015686), (capped_disc, 0.150752941)]
)
def test_background_never_competes_for_the_body(case: Callable, background_competes: float) -> None:
    assert connectivity_error(*case()) > 1.1 * background_competes


def test_gradient_sees_how_far_a_matte_spans_beyond_the_unknown_region() -> None:
    alpha, truth, trimap = capped_disc()
    alpha[32, 32] = 1.0  # one known pixel deep inside takes the stretching away
    assert gradient_error(alpha, truth, trimap) == pytest.approx(0.137162692, abs=1e-8)


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
