"""The classical prior of a photo: right on plain colours, at any size and depth, for any trimap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core.box import Box
from matting_core.prior import classical_prior as module
from matting_core.prior.classical_prior import classical_prior, halve


def soft_disc(height: int = 63, width: int = 75) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Photo, trimap and truth of a yellow disc with a soft edge before dark green."""
    y, x = np.mgrid[:height, :width]
    distance = np.hypot(x - width / 2, y - height / 2)
    truth = np.clip((25 - distance) / 8, 0, 1).astype(np.float32)
    colour = truth[..., None] * (230, 200, 40) + (1 - truth[..., None]) * (10, 60, 30)
    trimap = np.full((height, width), 128, np.uint8)
    trimap[distance < 14], trimap[distance > 28] = 255, 0
    return np.round(colour).astype(np.uint8), trimap, truth


def arrays(photo: np.ndarray, trimap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Alpha at full resolution and the half planes of the prior."""
    prior = classical_prior(photo, trimap)
    return prior.full_alpha(photo, trimap).numpy(), prior.half_planes().numpy()


def test_a_soft_edge_between_plain_colours_is_recovered_at_full_resolution() -> None:
    photo, trimap, truth = soft_disc()
    alpha, _ = arrays(photo, trimap)
    assert alpha.dtype == np.float32
    assert alpha.shape == trimap.shape
    assert np.abs(alpha - truth).mean() < 0.005
    assert np.abs(alpha - truth).max() < 0.06
    np.testing.assert_array_equal(alpha[trimap == 0], 0)
    np.testing.assert_array_equal(alpha[trimap == 255], 1)


@pytest.mark.parametrize("size", [(63, 75), (64, 75), (63, 76), (64, 76)])
def test_half_planes_round_odd_sizes_up(size: tuple[int, int]) -> None:
    photo, trimap, _ = soft_disc(*size)
    _, planes = arrays(photo, trimap)
    assert planes.shape == (11, (size[0] + 1) // 2, (size[1] + 1) // 2)
    assert planes.dtype == np.float32


def test_a_part_of_the_half_planes_is_cut_from_all_of_them() -> None:
    prior = classical_prior(*soft_disc()[:2])
    rows, columns = slice(3, 17), slice(8, 20)
    np.testing.assert_array_equal(prior.half_planes(rows, columns), prior.half_planes()[:, rows, columns])
    np.testing.assert_array_equal(prior.half_planes()[0], prior.weak)
    np.testing.assert_array_equal(prior.half_planes()[10], prior.samples.background[2])


def test_sixteen_bits_give_the_same_prior_as_eight() -> None:
    photo, trimap, _ = soft_disc()
    for eight, sixteen in zip(
        arrays(photo, trimap),
        arrays(photo.astype(np.uint16) * 257, trimap),
        strict=True,
    ):
        np.testing.assert_allclose(eight, sixteen, atol=1e-4)


def test_twice_the_same_photo_gives_the_same_prior() -> None:
    photo, trimap, _ = soft_disc()
    for one, two in zip(arrays(photo, trimap), arrays(photo, trimap), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("known", "rest", "expected"),
    [(0, 128, 0.0), (255, 128, 1.0), (128, 128, 0.5), (0, 0, 0.0), (255, 255, 1.0)],
)
def test_missing_classes_still_give_a_matte(known: int, rest: int, expected: float) -> None:
    photo, trimap, _ = soft_disc()
    trimap[:] = rest
    trimap[:20] = known
    alpha, _ = arrays(photo, trimap)
    np.testing.assert_allclose(alpha, expected, atol=1e-5)


def test_a_fully_known_trimap_is_its_own_matte() -> None:
    photo, _, truth = soft_disc()
    trimap = np.where(truth > 0.5, 255, 0).astype(np.uint8)
    np.testing.assert_array_equal(arrays(photo, trimap)[0], trimap / np.float32(255))


@given(
    size=st.tuples(st.integers(1, 14), st.integers(1, 40)),
    seed=st.integers(0, 1000),
    plain=st.booleans(),
    block=st.integers(1, 4),
)
@settings(max_examples=40, deadline=None)
def test_any_photo_and_any_trimap_have_a_prior(size: tuple[int, int], seed: int, plain: bool, block: int) -> None:
    rng = np.random.default_rng(seed)
    photo = np.full((*size, 3), 200, np.uint8) if plain else rng.integers(0, 256, (*size, 3), np.uint8)
    coarse = rng.choice(np.array([0, 128, 255], np.uint8), size, p=[0.2, 0.6, 0.2])
    trimap = coarse.repeat(block, 0).repeat(block, 1)[: size[0], : size[1]]
    alpha, planes = arrays(photo, trimap)
    assert np.isfinite(planes).all()
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    np.testing.assert_array_equal(alpha[trimap == 0], 0)
    np.testing.assert_array_equal(alpha[trimap == 255], 1)


def test_a_box_of_the_full_alpha_is_cut_from_all_of_it() -> None:
    photo, trimap, _ = soft_disc()
    prior, box = classical_prior(photo, trimap), Box(20, 14, 61, 47)
    whole = prior.full_alpha(photo, trimap).numpy()
    np.testing.assert_allclose(prior.full_alpha(photo, trimap, box).numpy(), whole[box.slices], atol=1e-5)


def test_the_quick_prior_comes_close_to_the_careful_one() -> None:
    photo, trimap, truth = soft_disc(95, 121)
    quick = classical_prior(photo, trimap, quick=True).full_alpha(photo, trimap).numpy()
    assert np.abs(quick - truth)[trimap == 128].mean() < 0.02


@pytest.mark.parametrize("size", [(95, 121), (96, 122), (97, 124)])
def test_a_huge_unknown_region_is_solved_smaller_and_still_right(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, trimap, truth = soft_disc(*size)
    whole, _ = arrays(photo, trimap)
    monkeypatch.setattr(module, "LARGEST_SYSTEM", 50)
    alpha, planes = arrays(photo, trimap)
    assert np.isfinite(planes).all()
    assert 0 < np.abs(alpha - whole)[trimap == 128].mean() < 0.03
    assert np.abs(alpha - truth)[trimap == 128].mean() < 0.03


@pytest.mark.parametrize("column", [220, 221])
def test_a_known_line_one_pixel_wide_still_pulls(column: int) -> None:
    photo = np.full((60, 300, 3), 30, np.uint8)
    photo[:, 150:] = 220
    trimap = np.full((60, 300), 128, np.uint8)
    trimap[:, :60], trimap[:, column] = 0, 255
    alpha, _ = arrays(photo, trimap)
    assert alpha[:, 170:].min() > 0.9
    assert alpha[:, :130].max() < 0.1


def test_a_large_photo_is_halved_in_strips_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, trimap, _ = soft_disc(97, 75)
    whole, _ = halve(photo, trimap)
    monkeypatch.setattr(module, "STRIP", 16)
    np.testing.assert_array_equal(halve(photo, trimap)[0], whole)


def test_a_half_size_pixel_is_known_only_if_its_four_pixels_agree() -> None:
    trimap = np.array(
        [[0, 0, 255, 255, 0, 0], [0, 0, 255, 255, 0, 255], [255, 128, 0, 0, 128, 128], [255, 255, 0, 255, 128, 128]]
    )
    photo = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    small, small_trimap = halve(photo, trimap.astype(np.uint8))
    np.testing.assert_array_equal(small_trimap, [[0, 255, 128], [128, 128, 128]])
    assert small_trimap.dtype == np.uint8
    np.testing.assert_allclose(small, photo.reshape(2, 2, 3, 2, 3).mean((1, 3)) / 255, atol=1e-6)


def test_the_layout_in_memory_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    rgb = rng.integers(0, 256, (40, 52, 3), np.uint8)
    trimap = np.full((40, 52), 128, np.uint8)
    trimap[:, :12], trimap[:, 40:] = 0, 255
    flipped = np.ascontiguousarray(rgb[::-1, ::-1])[::-1, ::-1], np.ascontiguousarray(trimap[::-1, ::-1])[::-1, ::-1]
    read_only = rgb.copy(), trimap.copy()
    for array in read_only:
        array.flags.writeable = False
    for others in ((np.asfortranarray(rgb), np.asfortranarray(trimap)), flipped, read_only):
        for plain, other in zip(arrays(rgb, trimap), arrays(*others), strict=True):
            np.testing.assert_allclose(other, plain, atol=1e-5)
