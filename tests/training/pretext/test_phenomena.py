"""Every phenomenon draws in range, the same from the same seed, and what its name says."""

import cv2
import numpy as np
import pytest

from training.pretext.alphas import PHENOMENA, draw_alpha

SIZE = 160


def drawn(name: str, count: int = 6, size: int = SIZE) -> list[np.ndarray]:
    """Reduced as the pool is, but never inverted: float32, [0, 1]."""
    planes = (PHENOMENA[name].draw(np.random.default_rng(seed), 2 * size) for seed in range(count))
    return [cv2.resize(np.clip(plane, 0, 1), (size, size), interpolation=cv2.INTER_AREA) for plane in planes]


def partial_share(alpha: np.ndarray) -> float:
    """Half transparent pixels, as a share of all that are not empty."""
    return float(((alpha > 0.05) & (alpha < 0.95)).sum() / max((alpha > 0.05).sum(), 1))


def edge_length(alpha: np.ndarray) -> int:
    contours, _ = cv2.findContours((alpha > 0.5).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return sum(len(contour) for contour in contours)


def raggedness(name: str) -> float:
    """Length of the edge in multiples of that of a disc of the same area, the mean over some drawings."""
    alphas = drawn(name)
    return float(np.mean([edge_length(alpha) / np.sqrt(4 * np.pi * max((alpha > 0.5).sum(), 1)) for alpha in alphas]))


def enclosed_background(alpha: np.ndarray) -> float:
    """Empty pixels that are not connected with the largest empty region, as a share of the picture."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((alpha < 0.2).astype(np.uint8), connectivity=4)
    areas = np.sort(stats[1:, cv2.CC_STAT_AREA])
    return float(areas[:-1].sum() / alpha.size)


@pytest.mark.parametrize("name", PHENOMENA)
def test_a_phenomenon_draws_a_structured_alpha_in_range(name: str) -> None:
    planes = [PHENOMENA[name].draw(np.random.default_rng(seed), 128) for seed in range(4)]
    for alpha in planes:
        assert alpha.shape == (128, 128)
        assert alpha.dtype == np.float32
        assert alpha.min() >= 0
        assert alpha.max() <= 1 + 1e-6
    assert max(alpha.std() for alpha in planes) > 0.1
    assert max(((alpha > 0.02) & (alpha < 0.98)).mean() for alpha in planes) > 0.005
    assert len({alpha.tobytes() for alpha in planes}) == 4


@pytest.mark.parametrize("name", PHENOMENA)
def test_the_same_seed_draws_the_same_alpha(name: str) -> None:
    one, two = (draw_alpha(np.random.default_rng(5), 64, name) for _ in range(2))
    assert one.dtype == np.uint8
    assert one.shape == (64, 64)
    np.testing.assert_array_equal(one, two)


def test_a_solid_things_soft_edge_is_thin() -> None:
    for alpha in drawn("solid"):
        assert ((alpha > 0.05) & (alpha < 0.95)).sum() < 3 * edge_length(alpha)


@pytest.mark.parametrize("name", ["defocus", "motion", "fur"])
def test_what_is_blurred_or_fuzzy_is_softer_than_a_solid_thing(name: str) -> None:
    soft, hard = (np.mean([partial_share(alpha) for alpha in drawn(each)]) for each in (name, "solid"))
    assert soft > 1.6 * hard


@pytest.mark.parametrize("name", ["hair", "fringe", "foliage", "feathers"])
def test_what_is_ragged_has_more_edge_than_a_solid_thing(name: str) -> None:
    assert raggedness(name) > 1.3 * raggedness("solid")


def test_hair_is_an_opaque_body_with_thin_strands_far_from_it() -> None:
    far = []
    for alpha in drawn("hair"):
        assert (alpha > 0.95).mean() > 0.03
        body = cv2.morphologyEx((alpha > 0.5).astype(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
        near = cv2.dilate(body, np.ones((9, 9), np.uint8)) > 0
        far.append(((alpha > 0.05) & ~near).mean())
    assert np.mean(far) > 0.005


def test_fur_is_longer_in_some_places_than_in_others() -> None:
    widths = []
    for alpha in drawn("fur"):
        soft = ((alpha > 0.05) & (alpha < 0.95)).astype(np.float32)
        local = cv2.boxFilter(soft, -1, (15, 15))[soft > 0]
        widths.append(local.std() / local.mean())
    assert np.mean(widths) > 0.2


def test_fringe_is_mostly_opaque_with_gaps() -> None:
    alphas = drawn("fringe", count=8)
    assert np.mean([partial_share(alpha) for alpha in alphas]) < 0.35
    gaps = [cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)) - alpha > 0.8 for alpha in alphas]
    assert np.mean([gap.mean() for gap in gaps]) > 0.01


def test_fabrics_are_full_of_small_holes() -> None:
    holes = [enclosed_background(alpha) for alpha in drawn("fabrics", count=8, size=256)]
    assert np.mean(holes) > 0.02


def test_holes_are_background_enclosed_by_foreground() -> None:
    alphas = drawn("holes", count=10)
    assert np.median([enclosed_background(alpha) for alpha in alphas]) > 0.01
    assert np.mean([partial_share(alpha) for alpha in alphas]) < 0.4


@pytest.mark.parametrize("name", ["glass", "smoke"])
def test_glass_and_smoke_are_mostly_half_transparent(name: str) -> None:
    assert np.mean([partial_share(alpha) for alpha in drawn(name, count=8)]) > 0.6


def test_glass_and_liquids_are_denser_at_their_rims_than_within() -> None:
    for name in ("glass", "liquids"):
        rims, bodies = [], []
        for alpha in drawn(name, count=8):
            depth = cv2.distanceTransform((alpha > 0.04).astype(np.uint8), cv2.DIST_L2, 5)
            if depth.max() > 8:
                rims.append(alpha[(depth > 1.5) & (depth < 3)].mean())
                bodies.append(alpha[depth > 6].mean())
        assert len(rims) >= 4
        assert np.mean(rims) > np.mean(bodies)


def test_smoke_has_no_edge() -> None:
    for alpha in drawn("smoke"):
        assert np.abs(np.diff(alpha, axis=0)).max() < 0.45


def test_overlap_covers_more_than_one_thing_does() -> None:
    assert np.mean([alpha.mean() for alpha in drawn("overlap")]) > np.mean([alpha.mean() for alpha in drawn("fringe")])
