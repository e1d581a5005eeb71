"""The check of a trimap as a whole: silent about a good one, and it finds each kind of slip."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.made_up_slips import stray_speck, wrong_stroke
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Rgb, Trimap
from matting_core.box import Box
from matting_core.errors import InvalidArrayError
from matting_core.trimap import force_known
from matting_core.trimap_check import SlipKind, check_trimap_for_slips
from tests.small_images import disc

WIDTH, HEIGHT = 384, 256


def _picture(seed: int = 0) -> tuple[Rgb, Trimap, Alpha]:
    return disc(seed, width=WIDTH, height=HEIGHT)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000))
def test_a_clean_trimap_has_no_slip(seed: int) -> None:
    assert check_trimap_for_slips(*_picture(seed)) == ()


def test_a_clean_trimap_has_no_slip_where_the_frame_cuts_the_subject() -> None:
    rgb, trimap, alpha = (plane[64:, 150:] for plane in _picture())
    assert check_trimap_for_slips(*map(np.ascontiguousarray, (rgb, trimap, alpha))) == ()


@pytest.mark.parametrize("seed", range(6))
def test_a_stroke_of_the_wrong_brush_is_a_contradiction_and_the_worst_slip(seed: int) -> None:
    rgb, trimap, alpha = _picture(seed)
    spoilt = wrong_stroke(np.random.default_rng(seed), trimap, alpha)
    assert spoilt is not None
    worst = check_trimap_for_slips(rgb, spoilt[0], force_known(alpha, spoilt[0]))[0]
    assert worst.kind is SlipKind.CONTRADICTION
    assert spoilt[1][worst.box.slices].any()


@pytest.mark.parametrize("seed", range(6))
def test_a_stray_speck_of_any_label_is_found(seed: int) -> None:
    rgb, trimap, alpha = _picture()
    spoilt = stray_speck(np.random.default_rng(seed), trimap, alpha)
    assert spoilt is not None
    slips = check_trimap_for_slips(rgb, spoilt[0], force_known(alpha, spoilt[0]))
    assert any(slip.kind is SlipKind.SPECK and spoilt[1][slip.box.slices].any() for slip in slips)


@settings(max_examples=8, deadline=None)
@given(st.integers(2, 100), st.integers(2, 250), st.integers(1, 3))
def test_a_speck_of_foreground_in_the_background_is_found_wherever_it_is(left: int, top: int, side: int) -> None:
    rgb, trimap, alpha = _picture()
    trimap[top : top + side, left : left + side] = FOREGROUND
    (slip,) = check_trimap_for_slips(rgb, trimap, force_known(alpha, trimap))
    assert slip.kind is SlipKind.SPECK
    assert slip.box == Box(left, top, left + side, top + side)


def test_a_cut_band_is_found_where_it_was_cut() -> None:
    rgb, trimap, alpha = _picture()
    cut = (trimap == UNKNOWN) & (np.abs(alpha - 0.5) > 0.2) & (np.arange(WIDTH) < 150)[None]
    trimap[cut] = np.where(alpha > 0.5, FOREGROUND, BACKGROUND)[cut]
    slips = check_trimap_for_slips(rgb, trimap, force_known(alpha, trimap))
    assert slips
    assert all(slip.kind is SlipKind.THIN_BAND and slip.box.left < 150 for slip in slips)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(8, 70), st.integers(8, 70), st.integers(0, 12))
def test_slips_are_bounded_ordered_and_within_the_photo_whatever_the_arrays(
    seed: int, height: int, width: int, count: int
) -> None:
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    trimap = rng.choice(np.array([0, 128, 255], np.uint8), (height, width))
    slips = check_trimap_for_slips(rgb, trimap, rng.random((height, width), dtype=np.float32), count=count)
    assert len(slips) <= count
    assert [slip.severity for slip in slips] == sorted((slip.severity for slip in slips), reverse=True)
    for slip in slips:
        assert 0 <= slip.severity <= 1
        assert not slip.box.is_empty
        assert slip.box.clipped(width=width, height=height) == slip.box
        assert slip.box.left <= slip.centre[0] < slip.box.right
        assert slip.box.top <= slip.centre[1] < slip.box.bottom


@pytest.mark.parametrize("label", [BACKGROUND, UNKNOWN, FOREGROUND])
def test_a_trimap_of_one_label_has_no_slip(label: int) -> None:
    rgb, _, alpha = _picture()
    trimap = np.full((HEIGHT, WIDTH), label, np.uint8)
    assert check_trimap_for_slips(rgb, trimap, force_known(alpha, trimap)) == ()


def test_the_same_arrays_give_the_same_slips() -> None:
    rgb, trimap, alpha = _picture()
    trimap[20:40, 20:60] = FOREGROUND
    alpha = force_known(alpha, trimap)
    first, again = (check_trimap_for_slips(rgb, trimap, alpha) for _ in range(2))
    assert [(slip.kind, slip.box) for slip in first] == [(slip.kind, slip.box) for slip in again]


def test_sixteen_bits_are_checked_like_eight() -> None:
    rgb, trimap, alpha = _picture()
    trimap[20:40, 20:60] = FOREGROUND
    alpha = force_known(alpha, trimap)
    eight, sixteen = (check_trimap_for_slips(photo, trimap, alpha) for photo in (rgb, rgb.astype(np.uint16) * 257))
    assert [slip.kind for slip in eight] == [slip.kind for slip in sixteen]


def test_arrays_that_break_their_contract_are_refused() -> None:
    rgb, trimap, alpha = _picture()
    with pytest.raises(InvalidArrayError):
        check_trimap_for_slips(rgb, trimap[1:], alpha)
    with pytest.raises(InvalidArrayError):
        check_trimap_for_slips(rgb, trimap, alpha[1:])
