"""A fixed pool of samples: drawn by weight, and the same batch for the same step."""

import numpy as np
import torch
from tiny_samples import tiny_samples

from training.batches.batch import Batch
from training.batches.sample_pool import SamplePool, draw_batch


def pool(*, seed: int = 0, process: int = 0) -> SamplePool:
    return SamplePool(tiny_samples(4), size=3, crop=32, seed=seed, process=process)


def same(one: Batch, other: Batch) -> bool:
    return torch.equal(one.inputs.rgb, other.inputs.rgb) and torch.equal(one.alpha, other.alpha)


def test_samples_without_weight_are_never_drawn() -> None:
    samples = tiny_samples(4)
    samples.alpha[3] = 77
    rng = np.random.default_rng(0)
    for _ in range(5):
        batch = draw_batch(rng, samples, np.array([0.5, 0.3, 0.2, 0.0]), size=8, crop=32)
        assert batch.alpha.shape == (8, 1, 32, 32)
        assert batch.inputs.half.shape == (8, 11, 16, 16)
        assert not torch.isclose(batch.alpha.flatten(1).std(1), torch.tensor(0.0)).any()


def test_all_samples_are_drawn_alike_when_nothing_is_said() -> None:
    samples = tiny_samples(4, side=16)
    for level in range(4):
        samples.alpha[level] = 10 + 20 * level
    source = SamplePool(samples, size=100, crop=16)
    means = torch.cat([source.batch(step).alpha.mean((1, 2, 3)) for step in range(4)])
    levels = torch.minimum(means, 1 - means).mul(255).round()
    drawn, times = levels.unique(return_counts=True)
    assert drawn.tolist() == [10, 30, 50, 70]
    assert times.min() > 68


def test_crops_come_from_all_over_the_sample() -> None:
    samples = tiny_samples(1, side=16)
    samples.alpha[0] = torch.arange(0, 256, dtype=torch.uint8).view(16, 16)
    source = SamplePool(samples, size=1, crop=8)
    corners = {int(source.batch(step).alpha.mul(255).round().min()) for step in range(80)}
    assert len(corners) > 10


def test_a_batch_is_a_function_of_seed_process_and_step() -> None:
    source = pool()
    batches = [source.batch(step) for step in (0, 1, 2)]
    assert same(pool().batch(2), batches[2])
    assert same(source.batch(0), batches[0])
    assert not same(batches[0], batches[1])
    assert not same(pool(seed=1).batch(0), batches[0])
    assert not same(pool(process=1).batch(0), batches[0])


def test_the_source_says_how_many_samples_a_batch_has() -> None:
    source = pool()
    assert source.size == len(source.batch(0).alpha) == 3
