"""Fine-tuning: it lowers the error and keeps what pre-training knows about colours in general."""

import pytest
import torch
from tiny_networks import small_compact, tiny_matteformer
from tiny_samples import tiny_samples

from training.batches.batch import decode
from training.finetune import FinetuneSettings, finetune
from training.losses.matting_loss import unknown_l1
from training.losses.objective import Objective


def test_learning_lowers_the_error_and_keeps_the_statistics_of_pre_training():
    samples, network = tiny_samples(1, prior_error=0.15), small_compact()
    statistics = {name: value.clone() for name, value in network.named_buffers()}
    batch = decode(samples)

    def error(net):
        with torch.inference_mode():
            return float(unknown_l1(net.eval()(batch.inputs), batch.alpha, batch.inputs.unknown))

    before = error(network)
    learnt = finetune(network, samples, FinetuneSettings(steps=60, learning_rate=5e-3, batch=2, crop=64))
    assert error(learnt) < 0.9 * before
    for name, value in learnt.named_buffers():
        assert torch.equal(value, statistics[name]), name


def test_networks_with_three_scales_are_fine_tuned_by_all_of_them():
    network = tiny_matteformer()
    coarse = network.decoder.refine_OS8[0].weight.clone()
    learnt = finetune(network, tiny_samples(2), FinetuneSettings(steps=2, batch=2, crop=64))
    assert not torch.equal(coarse, network.decoder.refine_OS8[0].weight)
    assert not learnt.training


@pytest.mark.parametrize(
    ("build", "objective"), [(small_compact, Objective.MATTING), (tiny_matteformer, Objective.DISENTANGLING)]
)
def test_the_settings_of_the_loop_follow(build, objective):
    loop = FinetuneSettings(steps=30, minutes=2, learning_rate=1e-4, device="cpu", seed=3).loop(build())
    assert (loop.steps, loop.minutes, loop.learning_rate, loop.seed) == (30, 2, 1e-4, 3)
    assert loop.frozen_norm
    assert loop.average_horizon == 10
    assert loop.objective is objective
