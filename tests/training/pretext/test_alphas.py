"""Pools of alphas: by share, different, some of them inverted, each with what light does in it."""

import numpy as np
import pytest

from training.pretext import alphas as alphas_module
from training.pretext.alphas import PHENOMENA, Phenomenon, draw_alpha, draw_pool


def plain(level: float) -> alphas_module.Draw:
    return lambda rng, size: np.full((size, size), level, np.float32)


def test_a_pool_holds_solid_transparent_and_empty_pixels_and_different_things() -> None:
    pool = draw_pool(np.random.default_rng(0), 64, 16)
    assert pool.alphas.shape == (16, 64, 64)
    assert pool.alphas.dtype == np.uint8
    assert pool.transmits.dtype == np.bool_
    assert pool.transmits.shape == (16,)
    assert ((pool.alphas > 5) & (pool.alphas < 250)).mean() > 0.03
    assert (pool.alphas >= 250).mean() > 0.05
    assert (pool.alphas <= 5).mean() > 0.05
    assert len({picture.tobytes() for picture in pool.alphas}) == 16


def test_a_pool_follows_the_shares_and_knows_what_transmits(monkeypatch: pytest.MonkeyPatch) -> None:
    some = {"often": Phenomenon(plain(0.2), 3.0), "seldom": Phenomenon(plain(0.4), 1.0, transmits=True)}
    monkeypatch.setattr(alphas_module, "PHENOMENA", some)
    monkeypatch.setattr(alphas_module, "INVERTED", 0)
    pool = draw_pool(np.random.default_rng(0), 4, 400)
    seldom = pool.alphas[:, 0, 0] == round(0.4 * 255)
    assert 0.18 < seldom.mean() < 0.32
    np.testing.assert_array_equal(pool.transmits, seldom)


def test_only_glass_and_liquids_transmit() -> None:
    assert {name for name, phenomenon in PHENOMENA.items() if phenomenon.transmits} == {"glass", "liquids"}


def test_some_of_many_opaque_things_are_holes_in_something_larger_and_nothing_clear_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = {"opaque": Phenomenon(plain(0), 1.0), "clear": Phenomenon(plain(0), 1.0, transmits=True)}
    monkeypatch.setattr(alphas_module, "PHENOMENA", some)
    turned = {name: [draw_alpha(np.random.default_rng(seed), 4, name).max() for seed in range(100)] for name in some}
    assert 2 <= sum(level == 255 for level in turned["opaque"]) <= 25
    assert max(turned["clear"]) == 0
