"""Sloppy trimaps: they know less than the approved one, and nothing that it does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_images import disc

from training.sloppy_trimaps import FURTHEST, Sloppiness, SloppyTrimaps, distance_to, edge_of
from training.windows import Window

GROWN, DRAFTED, APPROVED = Sloppiness(0, 0), Sloppiness(0, 1), Sloppiness(1, 0)


def middle(trimap):
    """A window of most of a photo."""
    height, width = trimap.shape
    return Window(np.arange(2, height - 2), np.arange(10, width - 10))


def drawn(how, *, seed=0, drafted=None, trimap=None):
    approved = disc()[1] if trimap is None else trimap
    sloppy = SloppyTrimaps.of(approved, drafted).draw(np.random.default_rng(seed), middle(approved), how)
    return sloppy, middle(approved).of(approved)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), how=st.sampled_from([Sloppiness(), GROWN, DRAFTED, APPROVED]))
def test_what_a_sloppy_trimap_knows_the_approved_one_knows_alike(seed, how):
    draft = np.random.default_rng(seed).choice(np.array([0, 128, 255], np.uint8), disc()[1].shape)
    sloppy, approved = drawn(how, seed=seed, drafted=draft)
    assert set(np.unique(sloppy)) <= {0, 128, 255}
    known = sloppy != 128
    assert np.array_equal(sloppy[known], approved[known])


def test_the_unknown_region_grows_by_another_width_every_time():
    areas = {int((drawn(GROWN, seed=seed)[0] == 128).sum()) for seed in range(8)}
    assert len(areas) > 4
    assert min(areas) > (drawn(APPROVED)[1] == 128).sum()


def test_it_grows_further_in_a_larger_photo_but_never_out_of_sight():
    def widest(width, height):
        approved = np.zeros((height, width), np.uint8)
        approved[:, width // 2 :] = 255
        sloppy = SloppyTrimaps.of(approved)
        return max(sloppy._width(np.random.default_rng(seed)) for seed in range(60))

    assert 16 < widest(800, 600) <= 32 < widest(1600, 600) <= FURTHEST
    assert widest(8000, 600) == FURTHEST


def test_the_drafters_own_unknown_region_joins_the_approved_one():
    draft = np.zeros(disc()[1].shape, np.uint8)
    draft[:, :48] = 128
    sloppy, approved = drawn(DRAFTED, drafted=draft)
    assert np.array_equal(sloppy == 128, (approved == 128) | (middle(draft).of(draft) == 128))


def test_without_a_draft_it_is_grown_instead():
    assert np.array_equal(drawn(DRAFTED)[0], drawn(GROWN)[0])


def test_a_hard_edge_with_nothing_unknown_becomes_doubtful_too():
    trimap = np.where(disc()[1] == 255, 255, 0).astype(np.uint8)
    sloppy, _ = drawn(GROWN, trimap=trimap)
    assert (sloppy == 128).any()
    assert {0, 255} <= set(np.unique(sloppy))


def test_a_trimap_of_one_class_has_no_edge():
    trimap = np.zeros((20, 30), np.uint8)
    assert not edge_of(trimap).any()
    assert np.isinf(distance_to(edge_of(trimap))).all()
    assert (drawn(GROWN, trimap=np.zeros((80, 80), np.uint8))[0] == 0).all()


@pytest.mark.parametrize("shares", [(-0.1, 0.5), (0.6, 0.6)])
def test_shares_that_add_up_to_more_than_all_are_refused(shares):
    with pytest.raises(ValueError, match="together"):
        Sloppiness(*shares)
