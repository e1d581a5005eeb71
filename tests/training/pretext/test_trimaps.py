"""Sloppy trimaps: careless as people are, but never wrong."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from training.pretext.alphas import PHENOMENA, draw_alpha
from training.pretext.trimaps import sloppy_trimap

POOL = [draw_alpha(np.random.default_rng(11), 96, name) for name in PHENOMENA]
seeds = st.integers(0, 2**31)


@given(seed=seeds, alpha=st.sampled_from(POOL))
@settings(max_examples=40, deadline=None)
def test_a_sloppy_trimap_never_contradicts_its_alpha(seed: int, alpha: np.ndarray) -> None:
    trimap = sloppy_trimap(np.random.default_rng(seed), alpha)
    assert trimap.dtype == np.uint8
    assert trimap.shape == alpha.shape
    assert set(np.unique(trimap)) <= {0, 128, 255}
    assert (alpha[trimap == 255] > 243).all()
    assert (alpha[trimap == 0] < 12).all()
    assert (trimap[(alpha >= 12) & (alpha <= 243)] == 128).all()


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_the_pictures_border_is_no_edge(seed: int) -> None:
    """A subject that fills the picture is known up to the last pixel."""
    for value in (0, 255):
        plane = np.full((64, 64), value, np.uint8)
        np.testing.assert_array_equal(sloppy_trimap(np.random.default_rng(seed), plane), plane)


def test_bands_differ_in_width() -> None:
    alpha = np.zeros((96, 96), np.uint8)
    alpha[:, 48:] = 255
    shares = [(sloppy_trimap(np.random.default_rng(seed), alpha) == 128).mean() for seed in range(40)]
    assert min(shares) < 0.08
    assert max(shares) > 0.2
    assert min(shares) > 0


def test_the_same_seed_draws_the_same_trimap() -> None:
    one, two = (sloppy_trimap(np.random.default_rng(9), POOL[0]) for _ in range(2))
    np.testing.assert_array_equal(one, two)
