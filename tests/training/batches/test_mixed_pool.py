"""A batch of several kinds of samples: each kind has its places, whatever the others weigh."""

import numpy as np
import torch
from tiny_samples import tiny_samples

from training.batches.mixed_pool import Ingredient, MixedPool
from training.batches.samples import SampleSet


def plain(count: int, grey: int) -> SampleSet:
    """Samples of one grey, which tells where they come from."""
    samples = tiny_samples(count, side=32)
    samples.rgb[:] = grey
    return samples


def even(count: int) -> np.ndarray:
    return np.full(count, 1 / count)


def greys(pool: MixedPool, step: int) -> list[bool]:
    """Whether each sample of a batch is of the bright kind; a change of its light leaves that to be seen."""
    return [bool(one) for one in pool.batch(step).inputs.rgb.mean((1, 2, 3)) > 0.35]


def test_every_batch_holds_its_share_of_each_kind() -> None:
    pool = MixedPool([Ingredient(plain(50, 20), even(50), 3), Ingredient(plain(1, 200), even(1), 1)], crop=32)
    assert pool.size == 4
    for step in range(6):
        assert greys(pool, step) == [False, False, False, True]


def test_what_weighs_nothing_is_never_drawn() -> None:
    samples = SampleSet.join([plain(1, 20), plain(1, 200)])
    pool = MixedPool([Ingredient(samples, np.array([0.0, 1.0]), 4)], crop=32)
    assert all(all(greys(pool, step)) for step in range(4))


def test_a_kind_without_samples_leaves_its_places_empty() -> None:
    nothing = Ingredient(plain(1, 200)[slice(0, 0)], np.zeros(0), 1)
    pool = MixedPool([Ingredient(plain(2, 20), even(2), 3), nothing], crop=32)
    assert pool.size == 3
    assert len(pool.batch(0).alpha) == 3


def test_a_step_has_the_same_batch_whenever_it_is_asked_for() -> None:
    pools = [MixedPool([Ingredient(tiny_samples(3), even(3), 2)], crop=32, seed=seed) for seed in (0, 0, 1)]
    pools[0].batch(0)
    one, again, other = (pool.batch(5).inputs.rgb for pool in pools)
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
