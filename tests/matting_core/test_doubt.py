"""Doubt: none where the trimap is known, most where the matte is undecided or another opinion differs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core.arrays import FOREGROUND, UNKNOWN
from matting_core.doubt import MOST_UNKNOWN, doubt, signs_of_doubt
from matting_core.errors import InvalidArrayError
from matting_core.trimap import force_known, from_mask
from tests.small_images import disc


def test_known_pixels_have_no_doubt_and_the_rest_lies_in_the_unit_interval() -> None:
    rgb, trimap, alpha = disc()
    found = doubt(rgb, trimap, alpha)
    assert found.dtype == np.float32
    assert found.shape == trimap.shape
    assert (found[trimap != UNKNOWN] == 0).all()
    assert 0 <= found.min() <= found.max() <= 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40))
def test_known_pixels_have_no_doubt_whatever_the_arrays(seed: int, height: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    trimap = rng.choice(np.array([0, 128, 255], np.uint8), (height, width))
    alpha = rng.random((height, width), dtype=np.float32)
    found = doubt(rgb, trimap, alpha)
    assert (found[trimap != UNKNOWN] == 0).all()
    assert np.isfinite(found).all()
    assert 0 <= found.min() <= found.max() <= 1


def test_a_trimap_without_unknown_leaves_no_doubt() -> None:
    rgb, _, alpha = disc()
    assert not doubt(rgb, from_mask(alpha > 0.5, band=0), alpha).any()


def test_an_undecided_matte_is_doubted_more_than_a_decided_one() -> None:
    rgb, trimap, alpha = disc()
    undecided = force_known(np.full_like(alpha, 0.5), trimap)
    decided = force_known((alpha > 0.5).astype(np.float32), trimap)
    band = trimap == UNKNOWN
    assert doubt(rgb, trimap, undecided)[band].mean() > 2 * doubt(rgb, trimap, decided)[band].mean()


def test_a_decided_but_wrong_matte_is_doubted_where_the_colours_say_otherwise() -> None:
    rgb, trimap, alpha = disc(width=192, height=128)
    wrong = alpha.copy()
    spoilt = (trimap == UNKNOWN) & (np.arange(192) < 96)[None]
    wrong[spoilt] = (alpha[spoilt] < 0.5).astype(np.float32)
    found = doubt(rgb, trimap, wrong)
    assert found[spoilt].mean() > 3 * found[(trimap == UNKNOWN) & ~spoilt].mean()


def test_a_call_is_closer_far_from_what_is_known() -> None:
    rgb = np.full((64, 96, 3), 90, np.uint8)
    trimap = np.full((64, 96), UNKNOWN, np.uint8)
    trimap[:, :8], trimap[:, -8:] = 0, FOREGROUND
    signs = signs_of_doubt(rgb, trimap, force_known(np.full((64, 96), 0.5, np.float32), trimap))
    # an alpha of one half is as soft as can be, and the known pixels begin 41 and 5 columns away
    np.testing.assert_allclose(signs.close_call[32, [48, 12]], np.sqrt([40, 5]), rtol=1e-3)


def test_sixteen_bits_are_doubted_like_eight() -> None:
    rgb, trimap, alpha = disc()
    np.testing.assert_allclose(
        doubt(rgb.astype(np.uint16) * 257, trimap, alpha), doubt(rgb, trimap, alpha), atol=1e-4, rtol=0
    )


def test_a_photo_with_more_unknown_pixels_than_the_copy_may_have_keeps_its_size_and_its_known_pixels() -> None:
    rgb, trimap, alpha = disc(width=703, height=501)
    trimap[:420] = np.where(trimap[:420] == FOREGROUND, FOREGROUND, UNKNOWN)
    assert np.count_nonzero(trimap == UNKNOWN) > MOST_UNKNOWN
    found = doubt(rgb, trimap, force_known(alpha, trimap))
    assert found.shape == trimap.shape
    assert (found[trimap != UNKNOWN] == 0).all()
    assert found.any()


def test_arrays_that_break_their_contract_are_refused() -> None:
    rgb, trimap, alpha = disc()
    with pytest.raises(InvalidArrayError):
        doubt(rgb, trimap[1:], alpha)
    with pytest.raises(InvalidArrayError):
        doubt(rgb, trimap, alpha[1:])
    with pytest.raises(InvalidArrayError):
        doubt(rgb, trimap, alpha * np.float32(2))


def test_the_same_arrays_give_the_same_doubt() -> None:
    rgb, trimap, alpha = disc(3)
    # the solver's sums may be rounded differently from run to run
    np.testing.assert_allclose(doubt(rgb, trimap, alpha), doubt(rgb, trimap, alpha), atol=1e-5, rtol=0)
