"""A subject on a canvas: whole, in the middle, and off the margin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core.errors import InvalidArrayError
from matting_core.foreground import cover_canvas, place_on_canvas, subject_box


def subject(*, height: int, width: int, dtype: type = np.uint8) -> tuple[np.ndarray, np.ndarray]:
    """A solid rectangle of one colour inside a photo of another, off the middle."""
    rgb, alpha = np.zeros((height + 9, width + 7, 3), dtype), np.zeros((height + 9, width + 7), np.float32)
    rgb[:] = np.array([0, 1, 0]) * np.iinfo(dtype).max
    rgb[2 : 2 + height, 5 : 5 + width] = np.array([200, 100, 50]) * (257 if dtype == np.uint16 else 1)
    alpha[2 : 2 + height, 5 : 5 + width] = 1
    return rgb, alpha


@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(1, 80),
    st.integers(1, 80),
    st.floats(0, 0.49),
    st.integers(0, 9),
)
@settings(max_examples=100, deadline=None)
def test_subject_never_touches_the_margin_and_always_fills_what_is_left(
    height: int, width: int, canvas_height: int, canvas_width: int, margin: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    rgb, alpha = subject(height=height, width=width)
    alpha = np.maximum(alpha, (rng.random(alpha.shape) < 0.05) * rng.random(alpha.shape, np.float32))
    out, opacity = place_on_canvas(rgb, alpha, width=canvas_width, height=canvas_height, margin=margin)
    assert out.shape == (canvas_height, canvas_width, 3)
    assert opacity.shape == (canvas_height, canvas_width)
    free = min(int(np.ceil(margin * min(out.shape[:2]))), (min(out.shape[:2]) - 1) // 2)
    inside = np.zeros(opacity.shape, bool)
    inside[free : canvas_height - free, free : canvas_width - free] = True
    assert not opacity[~inside].any()
    assert opacity[inside].any()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_subject_stands_in_the_middle_as_large_as_it_fits(dtype: type) -> None:
    rgb, alpha = subject(height=20, width=10, dtype=dtype)
    out, opacity = place_on_canvas(rgb, alpha, width=200, height=100, margin=0.1)
    box = subject_box(opacity)
    assert (box.top, box.bottom, box.left, box.right) == (10, 90, 80, 120)
    assert out.dtype == dtype
    np.testing.assert_array_equal(opacity[box.slices], 1)
    expected = np.array([200, 100, 50]) * (257 if dtype == np.uint16 else 1)
    assert (out == expected).all()  # around it, too: no photo, and no black that a later resizing would draw in


def test_speck_of_a_matte_does_not_count_as_subject() -> None:
    rgb, alpha = subject(height=20, width=20)
    alpha[0, 0] = 0.01
    _, opacity = place_on_canvas(rgb, alpha, width=50, height=50, margin=0)
    np.testing.assert_array_equal(opacity, 1)


def test_matte_that_shows_nothing_gives_an_empty_canvas() -> None:
    rgb, alpha = subject(height=5, width=5)
    out, opacity = place_on_canvas(rgb, alpha * 0, width=8, height=9, margin=0.1)
    assert out.shape == (9, 8, 3)
    assert not opacity.any()


@pytest.mark.parametrize(("width", "margin"), [(0, 0.1), (9, 0.5), (9, -0.1)])
def test_canvas_without_room_is_refused(width: int, margin: float) -> None:
    rgb, alpha = subject(height=5, width=5)
    with pytest.raises(InvalidArrayError, match="no room"):
        place_on_canvas(rgb, alpha, width=width, height=9, margin=margin)


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
@settings(max_examples=60, deadline=None)
def test_photo_covers_a_canvas_of_any_shape(height: int, width: int, canvas_height: int, canvas_width: int) -> None:
    grey = np.full((height, width, 3), 77, np.uint8)
    out = cover_canvas(grey, width=canvas_width, height=canvas_height)
    np.testing.assert_array_equal(out, np.full((canvas_height, canvas_width, 3), 77))


def test_photo_keeps_its_shape_and_its_middle() -> None:
    photo = np.zeros((40, 100, 3), np.uint16)
    photo[:, 30:70] = 60_000  # the square in its middle
    np.testing.assert_array_equal(cover_canvas(photo, width=20, height=20), 60_000)
    assert cover_canvas(photo, width=50, height=20)[0, 0, 0] == 0
