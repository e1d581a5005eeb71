"""Rectangles of pixels behave like the sets of pixels that they stand for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matting_core.box import Box

WIDTH, HEIGHT = 9, 7
coordinates = st.integers(-3, 12)
boxes = st.builds(Box, coordinates, coordinates, coordinates, coordinates)


def pixels(box: Box) -> np.ndarray:
    plane = np.zeros((HEIGHT, WIDTH), np.bool_)
    inside = box.clipped(width=WIDTH, height=HEIGHT)
    if not inside.is_empty:
        plane[inside.slices] = True
    return plane


@given(boxes)
def test_clipped_box_lies_inside_the_image(box: Box) -> None:
    inside = box.clipped(width=WIDTH, height=HEIGHT)
    assert inside.is_empty or (0 <= inside.left < inside.right <= WIDTH and 0 <= inside.top < inside.bottom <= HEIGHT)
    assert pixels(box).sum() == (0 if inside.is_empty else inside.width * inside.height)


@given(boxes, boxes)
def test_union_covers_both(one: Box, other: Box) -> None:
    both = pixels(one.union(other))
    assert (both >= pixels(one)).all()
    assert (both >= pixels(other)).all()


@given(boxes)
def test_empty_box_adds_nothing(box: Box) -> None:
    empty = Box(5, 5, 5, 9)
    assert (pixels(box.union(empty)) == pixels(box)).all()
    assert (pixels(empty.union(box)) == pixels(box)).all()


@given(arrays(np.bool_, (HEIGHT, WIDTH), elements=st.sampled_from([False] * 9 + [True])))
def test_box_around_a_mask_covers_it_and_no_smaller_one_does(mask: np.ndarray) -> None:
    box = Box.around(mask)
    assert (pixels(box) >= mask).all()
    if not mask.any():
        assert box.is_empty
        return
    inside = mask[box.slices]
    assert all(side.any() for side in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))


@given(boxes)
def test_box_around_its_own_pixels_is_the_box(box: Box) -> None:
    inside = box.clipped(width=WIDTH, height=HEIGHT)
    assert Box.around(pixels(box)) == (Box(0, 0, 0, 0) if inside.is_empty else inside)


def test_box_grows_on_every_side() -> None:
    assert Box(2, 3, 5, 7).grown(2) == Box(0, 1, 7, 9)


def test_spans_are_never_negative() -> None:
    upside_down = Box(5, 5, 2, 9)
    assert upside_down.width == 0
    assert upside_down.is_empty


def test_moving_a_box_keeps_its_size() -> None:
    assert Box(2, 3, 10, 5).moved(-2, 4) == Box(0, 7, 8, 9)
