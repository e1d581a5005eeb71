"""Errors by cells add up to the errors of the whole, and each lies where its pixels are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core.errors import InvalidArrayError
from matting_core.metrics import gradient_error, mse, sad
from matting_core.metrics.cells import cell_errors


@st.composite
def mattes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two mattes and a trimap of up to 300 pixels a side, so that cells and the tiles of Grad do not coincide."""
    height, width = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    alpha, truth = rng.random((2, height, width)).astype(np.float32)
    some = draw(st.sampled_from([0.0, 0.01, 0.5, 1.0]))
    return alpha, truth, np.where(rng.random((height, width)) < some, 128, 255).astype(np.uint8)


@given(mattes(), st.sampled_from([16, 64, 100]))
@settings(max_examples=40, deadline=None)
def test_cells_add_up_to_the_whole(planes: tuple[np.ndarray, np.ndarray, np.ndarray], side: int) -> None:
    cells = cell_errors(*planes, side=side)
    assert cells.sad == sad(*planes)  # to the last bit: the sums are whole numbers
    assert cells.mse == pytest.approx(mse(*planes), rel=1e-12)
    assert cells.grad == pytest.approx(gradient_error(*planes), rel=1e-12, abs=1e-15)
    assert cells.pixels.sum() == np.count_nonzero(planes[2] == 128)
    assert (cells.pixels > 0).all()


def test_each_error_lies_in_its_own_cell() -> None:
    alpha, truth = np.zeros((128, 192), np.float32), np.zeros((128, 192), np.float32)
    trimap = np.full((128, 192), 128, np.uint8)
    trimap[:64, 64:128] = 0  # the second cell of six has nothing unknown
    alpha[10, 10], alpha[100, 150] = 1.0, 0.6
    cells = cell_errors(alpha, truth, trimap)
    np.testing.assert_array_equal(cells.pixels, [4096] * 5)
    np.testing.assert_array_equal(cells.levels, [255, 0, 0, 0, 153])
    np.testing.assert_array_equal(cells.squares, [255**2, 0, 0, 0, 153**2])
    assert (cells.gradients > 0).tolist() == [True, False, False, False, True]


def test_planes_of_different_sizes_are_refused() -> None:
    plane = np.zeros((8, 8), np.float32)
    with pytest.raises(InvalidArrayError, match="differ in size"):
        cell_errors(plane, plane, np.full((8, 9), 128, np.uint8))
