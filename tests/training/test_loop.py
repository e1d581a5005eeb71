"""The training loop: it learns, it repeats itself, and it stops when it is told to."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_samples import tiny_samples, uniform
from torch import nn

from matting_core.networks.compact.compact import CompactNetwork
from training.batches import decode
from training.loop import LoopSettings, Progress, TrainingStopped, train
from training.losses.matting_loss import unknown_l1

QUICK = LoopSettings(learning_rate=4e-3, steps=3, batch=2, crop=64, warm_up=1)


def small_network(seed: int = 0) -> CompactNetwork:
    torch.manual_seed(seed)
    return CompactNetwork(widths=(8, 8, 8, 8, 8), depths=(1, 1, 1, 1, 1), detail=8)


def running_statistics(network: nn.Module) -> list[torch.Tensor]:
    return [buffer.clone() for name, buffer in network.named_buffers() if "running" in name]


def test_a_few_steps_on_one_sample_bring_its_error_down() -> None:
    samples = tiny_samples(1, prior_error=0.2)
    torch.manual_seed(0)
    network = CompactNetwork()
    batch = decode(samples)
    before = float(unknown_l1(batch.inputs.prior, batch.alpha, batch.inputs.unknown))
    settings = replace(QUICK, steps=40, batch=4, warm_up=5, learning_rate=3e-3)
    averaged = train(network, samples, uniform(samples), settings)
    assert averaged is not network
    assert not averaged.training
    with torch.inference_mode():
        after = float(unknown_l1(averaged(batch.inputs), batch.alpha, batch.inputs.unknown))
    assert before > 0.1
    assert after < 0.7 * before


def test_the_same_seed_gives_the_same_weights_and_another_gives_others() -> None:
    samples = tiny_samples(3)
    one, two, other = (
        train(small_network(), samples, uniform(samples), replace(QUICK, seed=seed)) for seed in (1, 1, 2)
    )
    weights = [torch.cat([parameter.flatten() for parameter in network.parameters()]) for network in (one, two, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


@pytest.mark.parametrize("frozen", [True, False])
def test_frozen_norms_keep_their_statistics_and_others_do_not(frozen: bool) -> None:
    samples, network = tiny_samples(2), small_network()
    before = running_statistics(network)
    averaged = train(network, samples, uniform(samples), replace(QUICK, frozen_norm=frozen))
    for model in (network, averaged):
        unchanged = all(map(torch.equal, before, running_statistics(model)))
        assert unchanged is frozen
    assert not torch.equal(network.corrections.weight, torch.zeros_like(network.corrections.weight))


def test_the_callback_sees_every_step_and_may_stop_the_training() -> None:
    samples, seen = tiny_samples(2), list[Progress]()

    def until_the_second(row: Progress, averaged: nn.Module) -> bool:
        assert not averaged.training
        seen.append(row)
        return row.step < 2

    with pytest.raises(TrainingStopped):
        train(small_network(), samples, uniform(samples), replace(QUICK, steps=10), on_step=until_the_second)
    assert [row.step for row in seen] == [1, 2]
    assert [row.share for row in seen] == [0.1, 0.2]
    assert all(np.isfinite(row.error) and row.error > 0 for row in seen)
    assert 0 < seen[0].seconds <= seen[1].seconds
    assert seen[1].samples_per_second == pytest.approx(4 / seen[1].seconds)


def test_whichever_end_comes_first_ends_the_training() -> None:
    samples, steps = tiny_samples(2), list[int]()
    settings = replace(QUICK, steps=100_000, minutes=0.2 / 60)
    train(small_network(), samples, uniform(samples), settings, on_step=lambda row, _: steps.append(row.step) is None)
    assert 1 <= len(steps) < 1000


def test_the_average_lags_behind_the_network() -> None:
    samples, network = tiny_samples(2), small_network()
    averaged = train(network, samples, uniform(samples), QUICK)
    start = small_network().stem[0].weight
    moved = (network.stem[0].weight - start).abs().mean()
    lagged = (averaged.stem[0].weight - start).abs().mean()
    assert 0 < lagged < moved


def test_settings_without_an_end_are_refused() -> None:
    with pytest.raises(ValueError, match="needs an end"):
        LoopSettings(learning_rate=1e-3)


@pytest.mark.parametrize("ends", [{"steps": 0}, {"minutes": 0.0}, {"steps": 5, "minutes": -1.0}])
def test_settings_that_would_never_end_are_refused(ends: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        LoopSettings(learning_rate=1e-3, **ends)
