"""Fine-tuning: it lowers the error, keeps what pre-training knows, and never ends worse than it began."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_networks import small_compact, tiny_matteformer
from tiny_samples import tiny_samples
from torch import nn

from training import finetune as finetune_module
from training.batches.batch import decode
from training.batches.samples import SampleSet
from training.finetune import finetune, ingredients, probabilities
from training.finetune_settings import FinetuneSettings
from training.learning.checkpoint import CheckpointError
from training.learning.loop import Progress, TrainingStopped
from training.learning_material import LearningMaterial
from training.losses.matting_loss import unknown_l1
from training.losses.objective import Objective

QUICK = FinetuneSettings(steps=4, learning_rate=1e-3, batch=2, crop=64, look_every=1)


def material(count: int = 2, **more: SampleSet | None) -> LearningMaterial:
    return replace(LearningMaterial.of_samples(tiny_samples(count, prior_error=0.15)), **more)


def weights_of(network: nn.Module) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def error_of(network: nn.Module, samples: SampleSet) -> float:
    batch = decode(samples)
    with torch.inference_mode():
        return float(unknown_l1(network.eval()(batch.inputs), batch.alpha, batch.counted))


def test_learning_lowers_the_error_and_keeps_the_statistics_of_pre_training() -> None:
    samples, network = tiny_samples(1, prior_error=0.15), small_compact()
    statistics = {name: value.clone() for name, value in network.named_buffers()}
    before = error_of(network, samples)
    settings = FinetuneSettings(steps=60, learning_rate=5e-3, batch=2, crop=64)
    learnt = finetune(network, LearningMaterial.of_samples(samples), settings)
    assert error_of(learnt.network, samples) < 0.9 * before
    assert (learnt.best_step, learnt.watched, learnt.error, learnt.nothing_learnt) == (60, (), None, False)
    for name, value in learnt.network.named_buffers():
        assert torch.equal(value, statistics[name]), name


def test_what_is_not_believed_changes_nothing() -> None:
    """Two mattes that differ only where they are not to be believed teach the same."""
    samples = tiny_samples(2, prior_error=0.15)
    trusted = torch.ones_like(samples.trimap)
    trusted[:, :, :40] = 0
    lie = torch.where(trusted == 1, samples.alpha, 255 - samples.alpha)
    taught = [
        finetune(small_compact(), LearningMaterial.of_samples(replace(samples, trusted=trusted, alpha=alpha)), QUICK)
        for alpha in (samples.alpha, lie)
    ]
    assert torch.equal(weights_of(taught[0].network), weights_of(taught[1].network))
    assert not torch.equal(weights_of(taught[0].network), weights_of(small_compact()))


def test_networks_with_three_scales_are_fine_tuned_by_all_of_them() -> None:
    network = tiny_matteformer()
    coarse = network.decoder.refine_OS8[0].weight.clone()
    learnt = finetune(network, material(), FinetuneSettings(steps=2, batch=2, crop=64))
    assert not torch.equal(coarse, network.decoder.refine_OS8[0].weight)
    assert not learnt.network.training


def test_the_best_state_is_the_result_and_its_error_is_told() -> None:
    rows: list[Progress] = []
    watching = tiny_samples(3, seed=1, prior_error=0.15)
    settings = FinetuneSettings(steps=30, learning_rate=5e-3, batch=2, crop=64, look_every=10)
    learnt = finetune(
        small_compact(), material(watching=watching), settings, on_step=lambda row, _: rows.append(row) is None
    )
    assert [step for step, _ in learnt.watched] == [0, 10, 20, 30]
    assert [(row.step, row.watched) for row in rows if row.watched is not None] == list(learnt.watched[1:])
    assert learnt.error is not None
    assert learnt.error <= min(error for _, error in learnt.watched[1:])
    assert learnt.error < learnt.watched[0][1]
    assert error_of(learnt.network, watching) < error_of(small_compact(), watching)


def test_a_training_that_only_makes_worse_ends_early_as_its_parent() -> None:
    """What is learnt is the opposite of what watches."""
    right = tiny_samples(2, prior_error=0.0)
    wrong = replace(right, alpha=torch.where(right.trimap == 128, 255 - right.alpha, right.alpha))
    settings = replace(QUICK, steps=40, learning_rate=5e-3, patience=3)
    learnt = finetune(small_compact(), replace(LearningMaterial.of_samples(wrong), watching=right), settings)
    assert learnt.stopped_early
    assert learnt.nothing_learnt
    assert len(learnt.watched) < 40
    assert torch.equal(weights_of(learnt.network), weights_of(small_compact()))


def test_where_nothing_watches_a_little_of_the_parent_is_kept() -> None:
    free, anchored = (
        weights_of(finetune(small_compact(), material(), replace(QUICK, keep_of_parent=keep)).network)
        for keep in (0.0, 0.5)
    )
    torch.testing.assert_close(anchored, (free + weights_of(small_compact())) / 2)


def test_a_part_of_every_batch_is_composed() -> None:
    parts = ingredients(material(composed=tiny_samples(5)), FinetuneSettings(batch=8, replay=0.25))
    assert [(len(part.samples), part.count) for part in parts] == [(2, 6), (5, 2)]
    assert [part.count for part in ingredients(material(), FinetuneSettings(batch=8))] == [8]
    assert [part.count for part in ingredients(material(composed=tiny_samples(1)), FinetuneSettings(batch=1))] == [1]
    finetune(small_compact(), material(composed=tiny_samples(3)), QUICK)


def drawn(weights: list[float], learnt: list[bool], *, share: float = 0.35) -> np.ndarray:
    samples = LearningMaterial(tiny_samples(len(weights), side=16), np.array(weights), np.array(learnt))
    return probabilities(samples, learnt=share)


def test_what_operators_changed_most_is_drawn_most_often_within_bounds() -> None:
    shares = drawn([1, 3, 1], [False] * 3)
    np.testing.assert_allclose(shares, [0.2, 0.6, 0.2])
    np.testing.assert_allclose(drawn([1.0] * 8 + [1e6], [False] * 9)[-1], 0.5)


def test_older_mattes_stay_but_do_not_crowd_the_new_ones_out() -> None:
    shares = drawn([1] * 10, [True] * 9 + [False])
    np.testing.assert_allclose(shares[:9], 0.35 / 9)
    np.testing.assert_allclose(shares.sum(), 1)
    np.testing.assert_allclose(drawn([1] * 10, [True] + [False] * 9), 0.1), "few are drawn like the others"
    np.testing.assert_allclose(drawn([1, 1], [True, True]), 0.5)


def test_a_training_that_was_stopped_goes_on_to_the_very_same_result(tmp_path: Path) -> None:
    own, state = material(watching=tiny_samples(2, seed=1), composed=tiny_samples(2, seed=2)), tmp_path / "state.pt"
    in_one_go = finetune(small_compact(), own, QUICK)
    with pytest.raises(TrainingStopped):
        finetune(small_compact(), own, QUICK, on_step=lambda row, _: row.step < 2, checkpoint=state)
    own.save(tmp_path / "material.safetensors")
    kept = LearningMaterial.load(tmp_path / "material.safetensors")
    resumed = finetune(small_compact(), kept, QUICK, checkpoint=state)
    assert torch.equal(weights_of(in_one_go.network), weights_of(resumed.network))
    assert resumed.watched == in_one_go.watched
    assert not state.exists()


@pytest.mark.parametrize("other", ["material", "parent", "settings"])
def test_a_state_of_another_training_is_refused(tmp_path: Path, other: str) -> None:
    state = tmp_path / "state.pt"
    with pytest.raises(TrainingStopped):
        finetune(small_compact(), material(), QUICK, on_step=lambda *_: False, checkpoint=state)
    with pytest.raises(CheckpointError, match="begin anew"):
        finetune(
            small_compact(seed=1 if other == "parent" else 0),
            material(3 if other == "material" else 2),
            replace(QUICK, replay=0.5) if other == "settings" else QUICK,
            checkpoint=state,
        )


@pytest.mark.parametrize(
    ("build", "objective"), [(small_compact, Objective.MATTING), (tiny_matteformer, Objective.DISENTANGLING)]
)
def test_the_settings_of_the_loop_follow(build: type[nn.Module], objective: Objective) -> None:
    loop = FinetuneSettings(steps=30, minutes=2, learning_rate=1e-4, device="cpu", seed=3).loop(build())
    assert (loop.steps, loop.minutes, loop.learning_rate, loop.seed) == (30, 2, 1e-4, 3)
    assert loop.frozen_norm
    assert loop.average_horizon == 10
    assert loop.objective is objective


def test_the_recipe_is_plain_json_and_says_all_but_the_place() -> None:
    recipe = json.loads(json.dumps(FinetuneSettings(device="cuda").as_recipe()))
    assert recipe["material"]["sloppiness"]["as_approved"] > 0
    assert recipe["replay"] == FinetuneSettings().replay
    assert "device" not in recipe
    assert finetune_module.KEPT[0] == 0
