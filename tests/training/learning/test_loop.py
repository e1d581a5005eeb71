"""The training loop: it learns, it repeats itself, it goes on after a kill, and it stops when it is told to."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_networks import small_compact, tiny_matteformer, tiny_resnet
from tiny_samples import tiny_samples
from torch import nn

from matting_core.networks.compact.compact import CompactNetwork
from training.batches.batch import Batch, decode
from training.batches.sample_pool import SamplePool
from training.batches.samples import SampleSet
from training.learning import loop
from training.learning.checkpoint import CheckpointError
from training.learning.loop import Progress, TrainingStopped, train
from training.learning.loop_settings import Clipping, LoopSettings, Precision
from training.losses.matting_loss import unknown_l1
from training.losses.objective import Objective

QUICK = LoopSettings(learning_rate=4e-3, steps=3, warm_up=1)


def pool(samples: SampleSet, *, size: int = 2, seed: int = 0) -> SamplePool:
    return SamplePool(samples, size=size, crop=64, seed=seed)


def running_statistics(network: nn.Module) -> list[torch.Tensor]:
    return [buffer.clone() for name, buffer in network.named_buffers() if "running" in name]


def test_a_few_steps_on_one_sample_bring_its_error_down() -> None:
    samples = tiny_samples(1, prior_error=0.2)
    torch.manual_seed(0)
    network = CompactNetwork()
    batch = decode(samples)
    before = float(unknown_l1(batch.inputs.prior, batch.alpha, batch.inputs.unknown))
    settings = replace(QUICK, steps=40, warm_up=5, learning_rate=3e-3)
    averaged = train(network, pool(samples, size=4), settings)
    assert averaged is not network
    assert not averaged.training
    with torch.inference_mode():
        after = float(unknown_l1(averaged(batch.inputs), batch.alpha, batch.inputs.unknown))
    assert before > 0.1
    assert after < 0.7 * before


def test_the_same_seed_gives_the_same_weights_and_another_gives_others() -> None:
    samples = tiny_samples(3)
    one, two, other = (
        train(small_compact(), pool(samples, seed=seed), replace(QUICK, seed=seed)) for seed in (1, 1, 2)
    )
    weights = [torch.cat([parameter.flatten() for parameter in network.parameters()]) for network in (one, two, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


@pytest.mark.parametrize("frozen", [True, False])
def test_frozen_norms_keep_their_statistics_and_others_do_not(frozen: bool) -> None:
    samples, network = tiny_samples(2), small_compact()
    before = running_statistics(network)
    averaged = train(network, pool(samples), replace(QUICK, frozen_norm=frozen))
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
        train(small_compact(), pool(samples), replace(QUICK, steps=10), on_step=until_the_second)
    assert [row.step for row in seen] == [1, 2]
    assert [row.share for row in seen] == [0.1, 0.2]
    assert all(np.isfinite(row.error) and row.error > 0 for row in seen)
    assert 0 < seen[0].seconds <= seen[1].seconds
    assert seen[1].samples_per_second == pytest.approx(4 / seen[1].seconds, rel=0.05)


def test_after_a_training_the_smallest_numbers_are_what_they_were() -> None:
    during = []

    def told(row: Progress, averaged: nn.Module) -> bool:
        during.append(float(torch.tensor([1e-40]) * 1))
        return row.step < 2

    with pytest.raises(TrainingStopped):
        train(small_compact(), pool(tiny_samples(2)), replace(QUICK, steps=10), on_step=told)
    assert during == [0, 0]
    assert float(torch.tensor([1e-40]) * 1) > 0


def test_whichever_end_comes_first_ends_the_training() -> None:
    samples, steps = tiny_samples(2), list[int]()
    settings = replace(QUICK, steps=100_000, minutes=0.2 / 60)
    train(small_compact(), pool(samples), settings, on_step=lambda row, _: steps.append(row.step) is None)
    assert 1 <= len(steps) < 1000


def test_the_average_lags_behind_the_network() -> None:
    samples, network = tiny_samples(2), small_compact()
    averaged = train(network, pool(samples), QUICK)
    start = small_compact().stem[0].weight
    moved = (network.stem[0].weight - start).abs().mean()
    lagged = (averaged.stem[0].weight - start).abs().mean()
    assert 0 < lagged < moved


def test_settings_without_an_end_are_refused() -> None:
    with pytest.raises(ValueError, match="needs an end"):
        LoopSettings(learning_rate=1e-3)


def test_one_device_by_its_number_cannot_be_several() -> None:
    with pytest.raises(ValueError, match="name its kind alone"):
        LoopSettings(learning_rate=1e-3, steps=1, device="cuda:1", devices=2)


@pytest.mark.parametrize("ends", [{"steps": 0}, {"minutes": 0.0}, {"steps": 5, "minutes": -1.0}])
def test_settings_that_would_never_end_are_refused(ends: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        LoopSettings(learning_rate=1e-3, **ends)


class Killed(Exception):  # noqa: N818 - it is no error
    """Stands for a process that ends without a chance to tidy up."""


def losses_of(
    settings: LoopSettings, *, checkpoint: Path | None = None, killed_after: int | None = None
) -> list[float]:
    """The loss of each step of a training until it is killed."""
    seen: list[float] = []

    def watch(row: Progress, _averaged: nn.Module) -> bool:
        seen.append(row.loss)
        if row.step == killed_after:
            raise Killed
        return True

    with suppress(Killed):
        train(small_compact(), pool(tiny_samples(3)), settings, on_step=watch, checkpoint=checkpoint)
    return seen


@pytest.mark.parametrize("clipping", Clipping)
def test_a_training_that_was_killed_goes_on_with_the_very_losses_it_would_have_had(
    clipping: Clipping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(QUICK, steps=8, clipping=clipping, precision=Precision.BFLOAT16)
    in_one_go = losses_of(settings)
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY_SECONDS", 0.0)
    state = tmp_path / "state.pt"
    before = losses_of(settings, checkpoint=state, killed_after=5)
    after = losses_of(settings, checkpoint=state)
    assert before == in_one_go[:5]
    assert after == in_one_go[5:]
    assert not state.exists()


def test_a_training_that_is_stopped_leaves_its_state_at_once(tmp_path: Path) -> None:
    settings, state = replace(QUICK, steps=4), tmp_path / "state.pt"
    samples = pool(tiny_samples(3))
    in_one_go = losses_of(settings)
    with pytest.raises(TrainingStopped):
        train(small_compact(), samples, settings, on_step=lambda row, _: row.step < 2, checkpoint=state)
    assert losses_of(settings, checkpoint=state) == in_one_go[2:]


def test_a_state_of_another_plan_is_refused(tmp_path: Path) -> None:
    state, samples = tmp_path / "state.pt", pool(tiny_samples(2))
    with pytest.raises(TrainingStopped):
        train(small_compact(), samples, QUICK, on_step=lambda *_: False, checkpoint=state, plan="patches")
    with pytest.raises(CheckpointError, match="other settings"):
        train(small_compact(), samples, QUICK, checkpoint=state, plan="realistic")


def test_the_time_until_the_first_batch_is_no_part_of_the_training() -> None:
    class Late(SamplePool):
        def batch(self, step: int) -> Batch:
            if step == 0:
                time.sleep(0.4)
            return super().batch(step)

    rows: list[Progress] = []
    source = Late(tiny_samples(2), size=2, crop=64)
    train(small_compact(), source, QUICK, on_step=lambda row, _: rows.append(row) is None)
    assert rows[0].seconds < 0.4
    assert rows[-1].waited < 0.2


def test_a_state_of_other_settings_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY_SECONDS", 0.0)
    state = tmp_path / "state.pt"
    losses_of(QUICK, checkpoint=state, killed_after=1)
    with pytest.raises(CheckpointError, match="delete the file to begin anew"):
        losses_of(replace(QUICK, learning_rate=1e-4), checkpoint=state)


def test_a_state_can_go_on_on_another_device() -> None:
    assert loop.fingerprint(QUICK) == loop.fingerprint(replace(QUICK, device="cuda:1"))
    assert loop.fingerprint(QUICK) != loop.fingerprint(replace(QUICK, seed=1))


def test_a_damaged_state_is_refused_in_words(tmp_path: Path) -> None:
    state = tmp_path / "state.pt"
    state.write_bytes(b"not a state")
    with pytest.raises(CheckpointError, match="cannot be read"):
        losses_of(QUICK, checkpoint=state)


@pytest.mark.parametrize("build", [tiny_matteformer, tiny_resnet], ids=["matteformer", "resnet50"])
@pytest.mark.parametrize("objective", [Objective.DISENTANGLING, Objective.REFINING])
def test_refining_networks_learn_by_the_losses_of_their_three_scales(
    build: Callable[[], nn.Module], objective: Objective
) -> None:
    network = build()
    settings = replace(QUICK, objective=objective, frozen_norm=True, warm_up=0, steps=2)
    before = running_statistics(network)
    vectors = [buffer.clone() for name, buffer in network.named_buffers() if name.endswith("weight_u")]
    weight = next(network.parameters()).clone()
    train(network, pool(tiny_samples(2)), settings)
    assert not torch.equal(weight, next(network.parameters()))
    assert all(map(torch.equal, before, running_statistics(network)))
    after = [buffer for name, buffer in network.named_buffers() if name.endswith("weight_u")]
    assert vectors
    assert all(map(torch.equal, vectors, after))


def test_the_time_left_follows_from_the_pace() -> None:
    row = Progress(3, share=0.25, error=0, loss=0, learning_rate=0, samples_per_second=1, seconds=10, waited=0)
    assert row.seconds_left == pytest.approx(30)
