import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matting_core.box import Box
from matting_core.difference import (
    COVERS_MORE,
    EQUAL,
    LETS_MORE_THROUGH,
    Difference,
    difference_between,
    draw_difference,
    most_different_part,
)
from matting_core.errors import InvalidArrayError
from matting_core.metrics.whole_image import whole_image_sad

unit = st.floats(0, 1, width=32)
alphas = arrays(np.float32, (5, 7), elements=unit)
NOTHING = Difference(changed=0, sad=0.0, mean=0.0, largest=0.0, box=Box(0, 0, 0, 0))


@pytest.fixture
def ramp():
    """Rows of 0, 0.2, 0.4, 0.6, 0.8 and 1."""
    return np.tile(np.linspace(0, 1, 6, dtype=np.float32), (4, 1))


@given(alphas)
def test_nothing_differs_from_itself(alpha):
    assert difference_between(alpha, alpha) == NOTHING
    assert (draw_difference(alpha, alpha) == EQUAL).all()


@given(alphas, alphas)
def test_the_other_way_round_only_the_sign_is_another(one, other):
    there, back = difference_between(one, other), difference_between(other, one)
    assert (there.changed, there.sad, there.box) == (back.changed, back.sad, back.box)
    assert (there.mean, there.largest) == (-back.mean, -back.largest)


@given(alphas, alphas)
def test_figures_hang_together(older, newer):
    difference = difference_between(older, newer)
    assert difference.sad == pytest.approx(whole_image_sad(newer, older))
    assert abs(difference.mean) <= difference.sad * 1000 / older.size + 1e-12
    assert abs(difference.largest) * 255 == pytest.approx(round(abs(difference.largest) * 255))
    assert difference.changed <= difference.box.width * difference.box.height
    assert (difference.changed == 0) == difference.box.is_empty == (difference.largest == 0)


@given(alphas, alphas)
def test_what_changed_and_only_that_is_coloured(older, newer):
    picture = draw_difference(older, newer).astype(int)
    coloured = (picture != EQUAL).any(axis=2)
    assert np.count_nonzero(coloured) == difference_between(older, newer).changed
    red, blue = picture[..., 0], picture[..., 2]
    assert (newer[red > blue] > older[red > blue]).all()
    assert (newer[blue > red] < older[blue > red]).all()
    assert ((red != blue) == coloured).all()


def test_figures_of_a_change_that_one_can_add_up(ramp):
    newer = ramp.copy()
    newer[1, 2:4] = 1.0, 0.0  # 0.4 -> 1 and 0.6 -> 0
    newer[3, 0] = 0.2
    assert difference_between(ramp, newer) == Difference(
        changed=3,
        sad=pytest.approx((0.6 + 0.6 + 0.2) / 1000),
        mean=pytest.approx((0.6 - 0.6 + 0.2) / ramp.size),
        largest=pytest.approx(0.6),  # the first of equals
        box=Box(0, 1, 4, 4),
    )


def test_the_colours_at_both_ends(ramp):
    picture = draw_difference(ramp, 1 - ramp)
    assert tuple(picture[0, 0]) == COVERS_MORE
    assert tuple(picture[0, 5]) == LETS_MORE_THROUGH
    brightness = [
        np.mean(colour @ np.array([0.299, 0.587, 0.114])) for colour in (COVERS_MORE, EQUAL, LETS_MORE_THROUGH)
    ]
    assert brightness == sorted(brightness, reverse=True)


def test_the_smallest_difference_can_be_seen(ramp):
    newer = ramp.copy()
    newer[0, 0] = 1 / 255
    picture = draw_difference(ramp, newer).astype(int)
    assert np.abs(picture[0, 0] - EQUAL).max() > 40


def test_less_than_a_screen_shows_is_no_difference(ramp):
    assert difference_between(ramp, np.clip(ramp + np.float32(1 / 65535), 0, 1)) == NOTHING


def test_alphas_of_different_photos_are_refused(ramp):
    for compare in (difference_between, draw_difference):
        with pytest.raises(InvalidArrayError, match="differ in size"):
            compare(ramp, ramp[:, :5])


@given(one=alphas, other=alphas, side=st.integers(1, 9))
def test_no_part_of_that_size_differs_more_than_the_most_different_one(one, other, side):
    found = most_different_part(one, other, side=side)
    assert found == most_different_part(other, one, side=side)
    assert (found.width, found.height) == (min(side, 7), min(side, 5))
    apart = np.abs(np.rint(one * 255) - np.rint(other * 255))
    parts = [
        apart[top : top + found.height, left : left + found.width].sum()
        for top in range(6 - found.height)
        for left in range(8 - found.width)
    ]
    assert apart[found.slices].sum() == max(parts)
