"""How weights move: no step along a gradient that is none, and an end when none comes any more."""

import pytest
import torch
from torch import nn

from training.learning.loop_settings import Clipping, LoopSettings
from training.learning.optimising import PATIENCE, DivergedError, GradientLimit, kept_share, rate

SETTINGS = LoopSettings(learning_rate=0.1, steps=100, warm_up=10, average_horizon=50)


def with_gradient(value: float) -> nn.Linear:
    layer = nn.Linear(1, 1, bias=False)
    layer.weight.grad = torch.full((1, 1), value)
    return layer


def test_the_rate_warms_up_and_falls_along_a_cosine_to_nearly_nothing() -> None:
    assert rate(SETTINGS, 0, 0.0) == pytest.approx(0.1 / 10, rel=0.02)
    assert rate(SETTINGS, 10, 0.1) == pytest.approx(0.1, rel=0.03)
    assert rate(SETTINGS, 50, 0.5) == pytest.approx(0.05, rel=0.02)
    assert 0 < rate(SETTINGS, 99, 1.0) < 0.001


def test_young_averages_forget_faster_than_old_ones() -> None:
    shares = [kept_share(SETTINGS, step) for step in (1, 10, 10_000)]
    assert shares == sorted(shares)
    assert shares[-1] == 1 - 1 / 50


def test_a_gradient_is_cut_to_length_one() -> None:
    layer = with_gradient(7.0)
    assert GradientLimit(Clipping.UNIT).apply(layer)
    assert float(layer.weight.grad) == pytest.approx(1)


def test_the_adaptive_limit_is_twice_the_usual_length_and_none_at_first() -> None:
    limit = GradientLimit(Clipping.ADAPTIVE)
    first, later = with_gradient(4.0), with_gradient(100.0)
    limit.apply(first)
    assert float(first.weight.grad) == 4
    limit.apply(later)
    assert float(later.weight.grad) == pytest.approx(8)
    assert limit.usual == pytest.approx(0.999 * 4 + 0.001 * 100)


@pytest.mark.parametrize("clipping", Clipping)
def test_a_gradient_that_is_none_is_not_followed_and_not_remembered(clipping: Clipping) -> None:
    limit = GradientLimit(clipping, usual=3.0)
    assert not limit.apply(with_gradient(float("nan")))
    assert limit.usual == 3
    assert limit.apply(with_gradient(0.5))


def test_many_of_them_in_a_row_end_the_training_in_words() -> None:
    limit = GradientLimit(Clipping.UNIT)
    for _ in range(PATIENCE - 1):
        limit.apply(with_gradient(float("inf")))
    with pytest.raises(DivergedError, match="lower learning rate"):
        limit.apply(with_gradient(float("inf")))
