"""Things one over another."""

import numpy as np

from training.pretext.overlap import over


def test_two_half_transparent_layers_let_a_quarter_through() -> None:
    half = np.full((4, 4), 0.5, np.float32)
    np.testing.assert_allclose(over([half, half]), 0.75)


def test_an_empty_layer_changes_nothing_and_a_solid_one_hides_all() -> None:
    some = np.random.default_rng(0).random((4, 4), np.float32)
    np.testing.assert_allclose(over([some, np.zeros_like(some)]), some, atol=1e-6)
    assert (over([some, np.ones_like(some)]) == 1).all()
