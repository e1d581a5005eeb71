"""Cut-outs: the old background is gone, the subject's own pixels are untouched."""

import numpy as np
import pytest

from matting_core.errors import InvalidArrayError
from matting_core.foreground import composite, estimate_foreground


def red_on_green(dtype: type) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A red square with a soft edge, photographed before green: foreground, alpha, photo."""
    top = np.iinfo(dtype).max
    ramp = np.clip((np.arange(60) - 20) / 20, 0, 1).astype(np.float32)
    alpha = np.tile(ramp, (40, 1))
    red = np.zeros((40, 60, 3), dtype)
    red[..., 0] = top
    return red, alpha, composite(red, alpha, (0, 255, 0))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_foreground_loses_the_old_background(dtype: type) -> None:
    red, alpha, photo = red_on_green(dtype)
    found = estimate_foreground(photo, alpha)
    assert found.dtype == dtype
    soft = (alpha > 0.2) & (alpha < 1)
    spill_before = photo[..., 1][soft].mean() / np.iinfo(dtype).max
    spill_after = found[..., 1][soft].mean() / np.iinfo(dtype).max
    assert spill_before > 0.3
    assert spill_after < 0.05
    assert np.abs(found[..., 0][soft].astype(int) - red[..., 0][soft]).mean() < 0.06 * np.iinfo(dtype).max


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_opaque_pixels_equal_the_photo(dtype: type) -> None:
    photo = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (30, 40, 3), dtype)
    alpha = np.ones((30, 40), np.float32)
    alpha[:10] = 0.4
    found = estimate_foreground(photo, alpha)
    np.testing.assert_array_equal(found[10:], photo[10:])


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
