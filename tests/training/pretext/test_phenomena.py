"""Every phenomenon draws something hard to cut out, and the same from the same seed."""

import numpy as np
import pytest

from training.pretext.alphas import PHENOMENA, draw_alpha, warp

SIZE = 128


@pytest.mark.parametrize("name", PHENOMENA)
def test_a_phenomenon_draws_a_structured_alpha_in_range(name: str) -> None:
    draw, share = PHENOMENA[name]
    assert share > 0
    drawn = [draw(np.random.default_rng(seed), SIZE) for seed in range(4)]
    for alpha in drawn:
        assert alpha.shape == (SIZE, SIZE)
        assert alpha.dtype == np.float32
        assert alpha.min() >= 0
        assert alpha.max() <= 1 + 1e-6
    assert max(alpha.std() for alpha in drawn) > 0.1
    partial = [((alpha > 0.02) & (alpha < 0.98)).mean() for alpha in drawn]
    assert max(partial) > 0.02
    assert len({alpha.tobytes() for alpha in drawn}) == 4


@pytest.mark.parametrize("name", PHENOMENA)
def test_the_same_seed_draws_the_same_alpha(name: str) -> None:
    one, two = (draw_alpha(np.random.default_rng(5), 64, name) for _ in range(2))
    assert one.dtype == np.uint8
    assert one.shape == (64, 64)
    np.testing.assert_array_equal(one, two)


def test_a_pool_holds_solid_transparent_and_empty_pixels_and_different_things() -> None:
    rng = np.random.default_rng(0)
    pool = np.stack([draw_alpha(rng, 64) for _ in range(12)])
    assert ((pool > 5) & (pool < 250)).mean() > 0.05
    assert (pool >= 250).mean() > 0.05
    assert (pool <= 5).mean() > 0.05
    assert len({picture.tobytes() for picture in pool}) == 12


def test_some_of_many_alphas_are_holes_in_something_larger() -> None:
    corners = [draw_alpha(np.random.default_rng(seed), 32, "defocus")[0, 0] for seed in range(60)]
    assert 1 <= sum(corner > 250 for corner in corners) <= 20


def test_a_view_keeps_an_edge_in_sight_and_has_the_wanted_size() -> None:
    alpha = draw_alpha(np.random.default_rng(1), 96, "defocus")
    for seed in range(10):
        view = warp(np.random.default_rng(seed), alpha, 48)
        assert view.shape == (48, 48)
        assert view.dtype == np.uint8
        assert ((view > 5) & (view < 250)).mean() > 0.01
    np.testing.assert_array_equal(*(warp(np.random.default_rng(3), alpha, 48) for _ in range(2)))
    assert (warp(np.random.default_rng(3), alpha, 48) != warp(np.random.default_rng(4), alpha, 48)).any()
