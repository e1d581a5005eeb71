"""The array contracts hold at the door."""

import numpy as np
import pytest

from matting_core.arrays import check_alpha, check_rgb, check_trimap, unit_colours
from matting_core.errors import InvalidArrayError, MattingError

RGB = np.zeros((4, 6, 3), np.uint8)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_sound_arrays_pass_unchanged(dtype: type) -> None:
    rgb = RGB.astype(dtype)
    trimap = np.array([[0, 128, 255]], np.uint8)
    alpha = np.array([[0, 0.5, 1]], np.float32)
    assert check_rgb(rgb) is rgb
    assert check_trimap(trimap) is trimap
    assert check_alpha(alpha) is alpha


@pytest.mark.parametrize(
    ("rgb", "message"),
    [
        (np.zeros((4, 6), np.uint8), "shape"),
        (np.zeros((4, 6, 4), np.uint8), "shape"),
        (np.zeros((0, 6, 3), np.uint8), "shape"),
        (np.zeros((4, 6, 3), np.float32), "uint8 or uint16"),
    ],
)
def test_broken_photos_are_refused(rgb: np.ndarray, message: str) -> None:
    with pytest.raises(InvalidArrayError, match=message):
        check_rgb(rgb)


@pytest.mark.parametrize(
    ("trimap", "message"),
    [
        (np.zeros((4, 6, 1), np.uint8), "shape"),
        (np.zeros((4, 6), np.float32), "is uint8"),
        (np.full((4, 6), 127, np.uint8), "127"),
        (np.zeros((6, 4), np.uint8), "does not fit"),
    ],
)
def test_broken_trimaps_are_refused(trimap: np.ndarray, message: str) -> None:
    with pytest.raises(InvalidArrayError, match=message):
        check_trimap(trimap, like=RGB)


@pytest.mark.parametrize(
    ("alpha", "message"),
    [
        (np.zeros((4, 6), np.float64), "is float32"),
        (np.full((4, 6), 1.01, np.float32), "lies in"),
        (np.full((4, 6), -0.01, np.float32), "lies in"),
        (np.full((4, 6), np.nan, np.float32), "lies in"),
        (np.zeros((6, 4), np.float32), "does not fit"),
    ],
)
def test_broken_mattes_are_refused(alpha: np.ndarray, message: str) -> None:
    with pytest.raises(InvalidArrayError, match=message):
        check_alpha(alpha, like=RGB)


def test_refusals_can_be_caught_as_matting_errors() -> None:
    assert issubclass(InvalidArrayError, MattingError)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_colours_span_the_unit_interval_at_both_depths(dtype: type) -> None:
    colours = unit_colours(np.array([[[0, 0, np.iinfo(dtype).max]]], dtype))
    assert colours.dtype == np.float32
    np.testing.assert_array_equal(colours, [[[0, 0, 1]]])
