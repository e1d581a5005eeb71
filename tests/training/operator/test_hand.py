"""Strokes cover what is wrong and nothing that must not be painted."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core.edits.edit import painted
from matting_core.edits.ink import Ink
from training.operator.hand import CORNER, SLACK, Hand, large_parts, longest_way, strokes_over

HAND = Hand(widest=8, fewest=4)
EVERYWHERE = np.ones((60, 80), np.bool_)


def painted_by(region, allowed, hand=HAND):
    strokes = strokes_over(region, allowed=allowed, ink=Ink.FOREGROUND, hand=hand)
    return strokes, painted(np.zeros(region.shape, np.uint8), strokes) == 255


def blobs(seed: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).random((6, 8)) < 0.4
    return np.kron(coarse, np.ones((10, 10), np.bool_))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 999), st.integers(0, 999))
def test_nothing_is_painted_where_it_would_do_harm(seed, other):
    allowed = blobs(other)
    _, done = painted_by(blobs(seed), allowed)
    assert not (done & ~allowed).any()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 999))
def test_little_more_than_corners_is_left(seed):
    region = blobs(seed)
    _, done = painted_by(region, EVERYWHERE)
    assert (region & ~done).sum() <= 0.03 * region.sum()
    assert not large_parts(region & ~done, 5 * HAND.fewest).any()


def test_a_long_thing_is_one_stroke_along_it_and_as_wide_as_it():
    region = np.zeros((60, 80), np.bool_)
    region[26:34, 10:70] = True
    (stroke,), done = painted_by(region, EVERYWHERE)
    assert (done & region).sum() > 0.9 * region.sum()
    assert np.ptp([x for x, _ in stroke.points]) > 4 * 45
    assert 16 <= stroke.radius <= 28


def test_a_brush_has_a_widest_size_and_passes_several_times_over_what_is_wider():
    region = np.zeros((60, 80), np.bool_)
    region[5:55, 5:75] = True
    few, _ = painted_by(region, EVERYWHERE, Hand(widest=30, fewest=4))
    many, done = painted_by(region, EVERYWHERE, Hand(widest=5, fewest=4))
    assert len(many) > len(few)
    assert max(stroke.radius for stroke in many) <= 4 * 5
    assert done[region].mean() > 0.99


def test_the_largest_part_is_painted_first():
    region = np.zeros((60, 80), np.bool_)
    region[4:10, 4:10], region[30:50, 30:70] = True, True
    strokes, _ = painted_by(region, EVERYWHERE)
    assert all(y > 4 * 20 for _, y in strokes[0].points)


def test_what_is_too_small_to_be_seen_is_left():
    region = np.zeros((60, 80), np.bool_)
    region[20, 20:23] = True
    assert painted_by(region, EVERYWHERE)[0] == []


def test_a_place_that_the_frame_cuts_is_painted_to_the_frame():
    region = np.zeros((60, 80), np.bool_)
    region[:20, 10:70] = True
    _, done = painted_by(region, region, Hand(widest=40, fewest=4))
    assert done[0, 20:60].all()


def test_a_photo_that_is_wrong_everywhere_is_painted_everywhere():
    _, done = painted_by(EVERYWHERE, EVERYWHERE, Hand.for_photo(60, 80))
    assert done.mean() > 0.99


def test_the_hand_goes_only_a_little_beyond_a_place():
    region = np.zeros((60, 80), np.bool_)
    region[20:40, 20:60] = True
    _, done = painted_by(region, EVERYWHERE)
    near = cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, 5) <= SLACK + CORNER
    assert not (done & ~near).any()


def test_parts_that_lie_near_each_other_are_painted_as_one():
    region = np.zeros((60, 80), np.bool_)
    region[30:34, 10:70] = True
    region[:, 38:42] = False
    apart = strokes_over(region, allowed=EVERYWHERE, ink=Ink.UNKNOWN, hand=HAND, join=1)
    together = strokes_over(region, allowed=EVERYWHERE, ink=Ink.UNKNOWN, hand=HAND, join=4)
    assert (len(apart), len(together)) == (2, 1)


def test_the_way_through_a_fork_is_the_longest_one():
    pixels = [(5, x) for x in range(2, 30)] + [(y, 10) for y in range(6, 12)]
    way = longest_way(np.array(sorted(pixels)), np.ones((40, 40), np.float32))
    assert {tuple(pixel) for pixel in way} >= {(5, 15), (5, 29)}
    assert len(way) == 28
