"""The three classes: bands of the right width, and known pixels that are exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, check_trimap
from matting_core.errors import InvalidArrayError
from matting_core.trimap import (
    band_for,
    coarser,
    depth_inside,
    force_known,
    from_alpha,
    from_mask,
    settled_alpha,
    unknown_share,
)

shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=12)
alphas = hnp.arrays(np.float32, shapes, elements=st.floats(0, 1, width=32))
masks = hnp.arrays(np.bool_, shapes)


@given(alphas)
def test_alpha_within_one_level_of_the_ends_is_known(alpha: np.ndarray) -> None:
    trimap = check_trimap(from_alpha(alpha))
    np.testing.assert_array_equal(trimap == BACKGROUND, alpha <= np.float32(1 / 255))
    np.testing.assert_array_equal(trimap == FOREGROUND, alpha >= np.float32(254 / 255))


def test_thresholds_can_be_chosen() -> None:
    alpha = np.array([[0.0, 0.2, 0.5, 0.8, 1.0]], np.float32)
    np.testing.assert_array_equal(from_alpha(alpha, low=0.2, high=0.8), [[0, 0, 128, 255, 255]])


@given(alphas, st.integers(0, 4))
def test_band_only_ever_turns_known_pixels_unknown(alpha: np.ndarray, band: int) -> None:
    narrow, wide = from_alpha(alpha), check_trimap(from_alpha(alpha, band=band))
    changed = narrow != wide
    assert (wide[changed] == UNKNOWN).all()


def test_band_reaches_equally_far_to_both_sides_and_in_every_direction() -> None:
    y, x = np.mgrid[:101, :101]
    distance = np.hypot(x - 50, y - 50)
    trimap = from_mask(distance <= 30, band=5)
    assert (trimap[distance < 24] == FOREGROUND).all()
    assert (trimap[(distance > 27) & (distance < 34)] == UNKNOWN).all()
    assert (trimap[distance > 37] == BACKGROUND).all()


def test_band_has_the_exact_width_along_a_straight_edge() -> None:
    mask = np.zeros((1, 20), np.bool_)
    mask[:, 10:] = True
    np.testing.assert_array_equal(from_mask(mask, band=3), [[0] * 7 + [128] * 6 + [255] * 7])


def test_subject_cut_by_the_frame_keeps_its_class_there() -> None:
    mask = np.zeros((30, 30), np.bool_)
    mask[15:] = True
    trimap = from_mask(mask, band=4)
    assert (trimap[-1] == FOREGROUND).all()
    assert (trimap[0] == BACKGROUND).all()


@given(masks)
def test_mask_without_a_band_is_all_known(mask: np.ndarray) -> None:
    trimap = from_mask(mask, band=0)
    np.testing.assert_array_equal(trimap, np.where(mask, FOREGROUND, BACKGROUND))


@pytest.mark.parametrize("value", [True, False])
def test_mask_of_one_class_has_no_edge(value: bool) -> None:
    trimap = from_mask(np.full((6, 8), value), band=50)
    assert (trimap == (FOREGROUND if value else BACKGROUND)).all()


def test_depth_counts_pixels_from_the_edge() -> None:
    mask = np.array([[False, True, True, True]])
    np.testing.assert_allclose(depth_inside(mask), [[0, 1, 2, 3]])


@pytest.mark.parametrize(
    ("size", "share", "band"), [((4000, 3000), 0.01, 40), ((30, 20), 0.01, 1), ((800, 900), 0.02, 18)]
)
def test_band_grows_with_the_image(size: tuple[int, int], share: float, band: int) -> None:
    assert band_for(*size, share=share) == band


def test_unknown_share_is_a_fraction() -> None:
    assert unknown_share(np.array([[0, 128], [255, 0]], np.uint8)) == 0.25


@given(st.data())
def test_known_pixels_become_exact_and_the_others_stay(data: st.DataObject) -> None:
    alpha = data.draw(alphas)
    trimap = data.draw(hnp.arrays(np.uint8, alpha.shape, elements=st.sampled_from([0, 128, 255])))
    before = alpha.copy()
    forced = force_known(alpha, trimap)
    assert (forced[trimap == BACKGROUND] == 0.0).all()
    assert (forced[trimap == FOREGROUND] == 1.0).all()
    np.testing.assert_array_equal(forced[trimap == UNKNOWN], alpha[trimap == UNKNOWN])
    np.testing.assert_array_equal(alpha, before)


def test_alpha_and_trimap_of_different_sizes_are_refused() -> None:
    with pytest.raises(InvalidArrayError, match="does not fit"):
        force_known(np.zeros((2, 2), np.float32), np.zeros((2, 3), np.uint8))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (0, 128, (0, 0)),
        (255, 128, (1, 1)),
        (128, 128, (0.5, 0.5)),
        (0, 255, (0, 1)),
        (0, 0, (0, 0)),
        (255, 255, (1, 1)),
    ],
)
def test_trimaps_with_nothing_to_solve_answer_themselves(left: int, right: int, expected: tuple[float, float]) -> None:
    trimap = np.full((6, 8), left, np.uint8)
    trimap[:, 4:] = right
    alpha = settled_alpha(trimap)
    assert alpha is not None
    assert alpha.dtype == np.float32
    np.testing.assert_array_equal(alpha, np.repeat([expected], 4, axis=1).repeat(6, axis=0))


def test_a_trimap_of_all_three_classes_has_to_be_solved() -> None:
    assert settled_alpha(np.array([[0, 128, 255]], np.uint8)) is None


@given(
    trimap=hnp.arrays(np.uint8, shapes, elements=st.sampled_from([BACKGROUND, UNKNOWN, FOREGROUND])),
    times=st.integers(1, 5),
)
def test_a_coarser_pixel_is_known_only_if_all_that_it_covers_agree_and_no_class_vanishes(
    trimap: np.ndarray, times: int
) -> None:
    small = coarser(trimap, times=times)
    assert small.shape == tuple(-(-side // times) for side in trimap.shape)
    blocks = {
        (row, column): set(trimap[row * times : (row + 1) * times, column * times : (column + 1) * times].flat)
        for row, column in np.ndindex(*small.shape)
    }
    vanishing = {label for label in (BACKGROUND, FOREGROUND) if {label} not in blocks.values()}
    for place, covered in blocks.items():
        expected = covered if len(covered) == 1 else {UNKNOWN, *(vanishing & covered)}
        assert small[place] in expected
    for label, opposite in ((BACKGROUND, FOREGROUND), (FOREGROUND, BACKGROUND)):
        holding = [covered for covered in blocks.values() if label in covered]
        if holding and not (small == label).any():
            assert all(opposite in covered for covered in holding)  # only the other class may take its place


def test_a_class_one_pixel_wide_survives_halving() -> None:
    trimap = np.full((10, 20), UNKNOWN, np.uint8)
    trimap[:, :4], trimap[:, 15] = BACKGROUND, FOREGROUND
    small = coarser(trimap, times=2)
    assert (small[:, 7] == FOREGROUND).all()
    assert (small[:, :2] == BACKGROUND).all()
    assert np.count_nonzero(small == UNKNOWN) == 5 * 7
