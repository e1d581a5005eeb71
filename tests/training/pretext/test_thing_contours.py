"""Contours of things: masks with their outlines, standing in the picture or reaching out of it."""

import numpy as np
import pytest

from training.pretext.signed_distance import shell, superellipse
from training.pretext.silhouettes import SILHOUETTES, Silhouette
from training.pretext.thing_contours import (
    Placement,
    bent,
    distances,
    random_placement,
    random_thing,
    solid_mask,
    traced,
)

SIZE = 128


def disc(radius: float) -> np.ndarray:
    return distances(superellipse((0, 0), (1, 1)), Placement((0.5, 0.5), radius), size=SIZE)


@pytest.mark.parametrize("silhouette", dict.fromkeys(SILHOUETTES), ids=lambda silhouette: silhouette.__name__)
def test_a_silhouette_fills_its_frame_and_little_beyond(silhouette: Silhouette) -> None:
    for seed in range(4):
        plane = distances(silhouette(np.random.default_rng(seed)), Placement((0.5, 0.5), 0.3), size=SIZE)
        inside = np.argwhere(plane < 0)
        assert 0.02 < len(inside) / SIZE**2 < 0.45
        assert inside.min() > 0.08 * SIZE
        assert inside.max() < 0.92 * SIZE


def test_things_are_anti_aliased_masks_of_a_reasonable_size() -> None:
    for seed in range(12):
        thing = random_thing(np.random.default_rng(seed), SIZE)
        assert thing.mask.dtype == np.float32
        assert thing.mask.shape == (SIZE, SIZE)
        assert thing.mask.min() == 0
        assert thing.mask.max() == 1
        assert 0.02 < thing.mask.mean() < 0.9
        assert ((thing.mask > 0) & (thing.mask < 1)).mean() < 0.1


def test_outline_points_lie_on_the_edge_and_normals_point_out() -> None:
    thing = traced(solid_mask(disc(0.3)))
    offset = thing.points - (SIZE - 1) / 2
    distance = np.hypot(*offset.T)
    np.testing.assert_allclose(distance, 0.3 * SIZE, atol=1.5)
    assert ((thing.normals * offset).sum(1) / distance).min() > 0.95
    assert thing.radius == pytest.approx(0.3 * SIZE, rel=0.03)


def test_the_contour_of_a_hole_is_outlined_with_normals_into_the_hole() -> None:
    ring = distances(shell(superellipse((0, 0), (0.7, 0.7)), 0.3), Placement((0.5, 0.5), 0.5), size=SIZE)
    thing = traced(solid_mask(ring))
    offset = thing.points - (SIZE - 1) / 2
    inner = np.hypot(*offset.T) < 0.35 * SIZE
    assert inner.any()
    assert not inner.all()
    outward = (thing.normals * offset).sum(1)
    assert (outward[inner] < 0).all()
    assert (outward[~inner] > 0).all()


def test_where_the_picture_ends_there_is_no_outline() -> None:
    mask = solid_mask(distances(superellipse((0, 0), (1, 1)), Placement((0.5, 1.0), 0.4), size=SIZE))
    assert mask[-1].any()
    points = traced(mask).points
    assert len(points) > 0
    assert points[:, 1].max() < SIZE - 3


def test_about_half_of_the_placements_reach_out_of_the_picture() -> None:
    rng = np.random.default_rng(0)
    out = []
    for _ in range(300):
        where = random_placement(rng)
        out.append(min(*where.centre, *(1 - share for share in where.centre)) < where.extent - 0.2)
    assert 0.25 < np.mean(out) < 0.6


def test_a_soft_mask_spreads_over_its_softness() -> None:
    soft = solid_mask(disc(0.3), softness=8)
    row = soft[SIZE // 2]
    assert ((row > 0) & (row < 1)).sum() == pytest.approx(16, abs=3)


def test_bending_deviates_from_the_exact_form_a_little() -> None:
    form = bent(np.random.default_rng(0), superellipse((0, 0), (1, 1)), 0.1)
    changed = np.abs(solid_mask(distances(form, Placement((0.5, 0.5), 0.3), size=SIZE)) - solid_mask(disc(0.3))).mean()
    assert 0.002 < changed < 0.1
