"""Trimaps of operators: careless as people are, but never wrong; and the distances behind them, exact."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.ndimage import distance_transform_edt
from tiny_material import chance, discs, per_sample

from training.composing.trimaps import WIDE, capped_distance, opened, operator_trimaps
from training.pretext.alphas import PHENOMENA, draw_alpha

RARE = st.integers(0, 7).map(lambda draw: draw == 0)
MASKS = arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=24), elements=RARE)
seeds = st.integers(0, 2**31)


def scipy_distance(mask: np.ndarray, reach: int) -> np.ndarray:
    if not mask.any():  # SciPy measures to nowhere in particular
        return np.full(mask.shape, reach + 1)
    return np.minimum(distance_transform_edt(~mask), reach + 1)


@given(mask=MASKS, reach=st.integers(1, 40))
@settings(max_examples=80, deadline=None)
def test_distances_are_euclidean_up_to_the_reach(mask: np.ndarray, reach: int) -> None:
    distance = capped_distance(torch.from_numpy(mask)[None, None], reach=reach)[0, 0]
    np.testing.assert_allclose(distance, scipy_distance(mask, reach), rtol=1e-6)


def test_each_sample_has_its_own_distances() -> None:
    masks = torch.from_numpy(np.random.default_rng(0).random((4, 1, 20, 30)) < 0.02)
    masks[1], masks[2] = False, True
    together = capped_distance(masks, reach=8)
    for mask, distance in zip(masks[:, 0], together[:, 0], strict=True):
        np.testing.assert_allclose(distance, scipy_distance(mask.numpy(), 8), rtol=1e-6)


@pytest.mark.parametrize("reach", [127, 180, 400])
def test_a_long_reach_is_measured_as_exactly(reach: int) -> None:
    mask = np.zeros((150, 260), np.bool_)
    mask[3, 2] = mask[149, 9] = True
    distance = capped_distance(torch.from_numpy(mask)[None, None], reach=reach)[0, 0]
    np.testing.assert_allclose(distance, scipy_distance(mask, reach), rtol=1e-6)


@pytest.mark.parametrize("radius", [1.0, 1.5, 2.0, 3.3, 5.0])
def test_opening_keeps_what_a_euclidean_disc_fits_into(radius: float) -> None:
    mask = cv2.GaussianBlur(np.random.default_rng(3).random((64, 64)), (0, 0), 2) > 0.5
    y, x = np.mgrid[-8:9, -8:9]
    disc = (x**2 + y**2 <= radius**2).astype(np.uint8)
    theirs = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc) > 0
    ours = opened(torch.from_numpy(mask)[None, None], per_sample(radius), reach=6)[0, 0]
    np.testing.assert_array_equal(ours, theirs)
    assert theirs.any()
    assert theirs.sum() < mask.sum()


def test_each_sample_is_opened_by_its_own_radius_and_not_at_all_by_0() -> None:
    mask = torch.zeros(2, 1, 20, 20, dtype=torch.bool)
    mask[..., 5, 5] = mask[..., 10:, 10:] = True
    untouched, without_speck = opened(mask, per_sample(0, 1.5), reach=3)
    assert torch.equal(untouched, mask[0])
    assert not without_speck[0, 5, 5]
    assert without_speck[0, 12:, 12:].all()


ALPHAS = (
    torch.stack([torch.from_numpy(draw_alpha(np.random.default_rng(11), 64, name)) for name in PHENOMENA])[:, None]
    .float()
    .div(255)
)


@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_a_trimap_never_contradicts_its_alpha(seed: int) -> None:
    trimap = operator_trimaps(chance(len(ALPHAS), seed), ALPHAS)
    assert trimap.dtype == torch.uint8
    assert trimap.shape == ALPHAS.shape
    assert set(trimap.unique().tolist()) <= {0, 128, 255}
    assert (ALPHAS[trimap == 255] > 0.95).all()
    assert (ALPHAS[trimap == 0] < 0.05).all()


def test_the_pictures_border_is_no_edge() -> None:
    """A subject that fills the picture is known up to the last pixel."""
    for value in (0, 1):
        plane = torch.full((12, 1, 48, 48), float(value))
        assert (operator_trimaps(chance(12), plane) == 255 * value).all()


def test_bands_lie_on_both_sides_of_an_edge_within_their_limits() -> None:
    count, edge = 60, 48
    alpha = torch.zeros(count, 1, 96, 96)
    alpha[..., edge:] = 1
    unknown = operator_trimaps(chance(count), alpha) == 128
    inside, outside = unknown[..., edge:].sum(-1), unknown[..., :edge].sum(-1)
    assert inside.min() >= 1
    assert outside.min() >= 1
    assert inside.max() <= WIDE + 1
    assert outside.max() <= 1.3 * (WIDE + 1)


def test_bands_differ_in_width_among_samples_and_along_some_edges() -> None:
    count = 60
    alpha = torch.zeros(count, 1, 96, 96)
    alpha[..., 48:] = 1
    widths = (operator_trimaps(chance(count), alpha) == 128).sum(-1)[:, 0].float()
    assert widths.mean(1).min() < 6
    assert widths.mean(1).max() > 25
    uneven = widths.amax(1) - widths.amin(1) > 1
    assert 0.2 < float(uneven.float().mean()) < 0.8


def test_small_parts_are_left_unknown_by_some() -> None:
    """A hole in a thing is background to operators with a narrow band, and unknown to the others."""
    alpha = torch.zeros(80, 1, 64, 64)
    alpha[..., 8:56, 8:56] = 1
    alpha[..., 26:38, 26:38] = 0
    marked = (operator_trimaps(chance(80), alpha)[..., 26:38, 26:38] == 0).flatten(1).any(1)
    assert 0 < int(marked.sum()) < 60


def test_the_same_seed_draws_the_same_trimaps() -> None:
    alpha = discs(5)
    one, two, other = (operator_trimaps(chance(5, seed), alpha) for seed in (4, 4, 5))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
