"""Compositing: over a colour, over an image, over nothing."""

import numpy as np
import pytest
from known_colours import red_on_green

from matting_core.errors import InvalidArrayError
from matting_core.foreground import composite, cut_out, estimate_foreground


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_composite_follows_the_matting_equation(dtype: type) -> None:
    rng = np.random.default_rng(1)
    top = np.iinfo(dtype).max
    front, back = (rng.integers(0, top, (9, 7, 3), dtype, endpoint=True) for _ in range(2))
    alpha = rng.random((9, 7), np.float32)
    expected = alpha[..., None] * front.astype(float) + (1 - alpha[..., None]) * back.astype(float)
    assert np.abs(composite(front, alpha, back) - expected).max() <= 0.51
    np.testing.assert_array_equal(composite(front, np.ones_like(alpha), back), front)
    np.testing.assert_array_equal(composite(front, np.zeros_like(alpha), back), back)


def test_a_colour_is_given_in_eight_bits_whatever_the_depth() -> None:
    nothing = np.zeros((2, 2), np.float32)
    deep = composite(np.zeros((2, 2, 3), np.uint16), nothing, (255, 128, 0))
    np.testing.assert_array_equal(deep[0, 0], [65535, 128 * 257, 0])


def test_background_of_another_size_or_depth_is_refused() -> None:
    front, alpha = np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.float32)
    for other in (np.zeros((4, 5, 3), np.uint8), np.zeros((4, 4, 3), np.uint16)):
        with pytest.raises(InvalidArrayError, match="resize and convert"):
            composite(front, alpha, other)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_cut_out_is_straight_and_as_deep_as_the_photo(dtype: type) -> None:
    _, alpha, photo = red_on_green(dtype)
    rgba = cut_out(photo, alpha)
    assert rgba.dtype == dtype
    np.testing.assert_array_equal(rgba[..., :3], estimate_foreground(photo, alpha))
    np.testing.assert_array_equal(rgba[..., 3], np.rint(alpha * np.iinfo(dtype).max))


def test_large_photo_is_mixed_in_strips_that_nobody_sees() -> None:
    front = np.random.default_rng(2).integers(0, 256, (700, 9, 3), np.uint8)
    alpha = np.tile(np.linspace(0, 1, 700, dtype=np.float32)[:, None], (1, 9))
    expected = np.rint(alpha[..., None] * front.astype(np.float64) + (1 - alpha[..., None]) * (10, 20, 30))
    assert np.abs(composite(front, alpha, (10, 20, 30)) - expected).max() <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_shadow_darkens_what_is_behind_and_nothing_in_front(dtype: type) -> None:
    top = np.iinfo(dtype).max
    alpha = np.array([[0, 1, 0.5]], np.float32)
    white, shadow = np.full((1, 3, 3), top, dtype), np.full((1, 3), 0.5, np.float32)
    mixed = composite(white, alpha, (255, 255, 255), shadow=shadow)
    np.testing.assert_allclose(mixed[0, :, 0] / top, [0.5, 1, 0.75], atol=0.003)
    with pytest.raises(InvalidArrayError, match="does not fit"):
        composite(white, alpha, white, shadow=shadow[:, :2])
