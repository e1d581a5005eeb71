"""A batch that several processes share: drawn alike for all, and each has its part of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_samples import tiny_samples

from training.batches.batch import Batch
from training.batches.mixed_pool import Ingredient, MixedPool
from training.batches.part import WHOLE, Part, TooManyProcessesError

EVEN = np.full(4, 0.25)


def pool(part: Part) -> MixedPool:
    trusted = replace(tiny_samples(4), trusted=torch.ones(4, 64, 64, dtype=torch.uint8))
    own, composed = Ingredient(trusted, EVEN, 3), Ingredient(tiny_samples(4, seed=7), EVEN, 2)
    return MixedPool([own, composed], crop=48, seed=3, part=part)


def planes(batch: Batch) -> list[torch.Tensor]:
    assert batch.trusted is not None
    inputs = batch.inputs
    return [inputs.rgb, inputs.classes, inputs.prior, inputs.half, batch.alpha, batch.trusted]


@pytest.mark.parametrize("of", [1, 2, 3, 5])
def test_all_parts_together_are_the_batch_of_one_process(of: int) -> None:
    parts = [pool(Part(number, of)) for number in range(of)]
    for step in range(4):
        whole = planes(pool(WHOLE).batch(step))
        shared = [planes(part.batch(step)) for part in parts]
        assert [len(part[0]) for part in shared] == [part.size for part in parts]
        for number, plane in enumerate(whole):
            torch.testing.assert_close(torch.cat([part[number] for part in shared]), plane, rtol=0, atol=0)


@pytest.mark.parametrize(("count", "of", "sizes"), [(8, 3, [2, 3, 3]), (8, 2, [4, 4]), (3, 3, [1, 1, 1])])
def test_parts_differ_by_one_sample_at_most(count: int, of: int, sizes: list[int]) -> None:
    rows = [Part(number, of).rows(count) for number in range(of)]
    assert [one.stop - one.start for one in rows] == sizes
    assert [one.start for one in rows[1:]] == [one.stop for one in rows[:-1]]


def test_nobody_is_left_without_a_sample() -> None:
    with pytest.raises(TooManyProcessesError, match="train with 2 at most"):
        Part(0, 3).rows(2)
