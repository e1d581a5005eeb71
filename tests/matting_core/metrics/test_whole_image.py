"""Errors over all pixels differ from those of the unknown region exactly where the known pixels are wrong."""

from dataclasses import astuple

import numpy as np
import pytest
from golden_cases import corner_case, shifted_disc

from matting_core.errors import InvalidArrayError
from matting_core.metrics import (
    measure,
    measure_whole_image,
    whole_image_connectivity_error,
    whole_image_gradient_error,
    whole_image_mse,
    whole_image_sad,
)


def test_corner_case_has_the_published_whole_image_sum() -> None:
    alpha, truth, _ = corner_case()
    assert whole_image_sad(alpha, truth) == pytest.approx(0.768)  # MMagic's own figure
    assert whole_image_mse(alpha, truth) == pytest.approx(768 / 1024)


def test_sums_agree_where_the_known_pixels_are_exact() -> None:
    alpha, truth, trimap = shifted_disc()
    inside, whole = measure(alpha, truth, trimap), measure_whole_image(alpha, truth)
    assert whole.sad == pytest.approx(inside.sad)
    assert whole.conn == pytest.approx(inside.conn)
    assert whole.mse == pytest.approx(inside.mse * (trimap == 128).sum() / trimap.size)
    assert whole.grad == pytest.approx(inside.grad, rel=0.02)  # gradients spread a little beyond


def test_each_error_is_that_of_the_four_together() -> None:
    alpha, truth, _ = shifted_disc()
    one_by_one = [
        error(alpha, truth)
        for error in (whole_image_sad, whole_image_mse, whole_image_gradient_error, whole_image_connectivity_error)
    ]
    assert one_by_one == list(astuple(measure_whole_image(alpha, truth)))


def test_planes_of_different_sizes_are_refused() -> None:
    with pytest.raises(InvalidArrayError, match="differ in size"):
        whole_image_sad(np.zeros((3, 3), np.float32), np.zeros((3, 4), np.float32))
