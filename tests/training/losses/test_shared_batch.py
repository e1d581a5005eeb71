"""Losses of a shared batch: what all processes add up to is the loss of the whole batch, gradients too."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from tiny_samples import tiny_samples
from torch import Tensor

from training.batches.batch import Batch, decode
from training.losses.objective import Objective, loss_of
from training.losses.shared_batch import SharedBatch, Total

SIZES = [1, 3]


class Ranks:
    """Threads in the place of processes: each waits until all have given their tensor."""

    def __init__(self, count: int) -> None:
        self._given: list[Tensor | None] = [None] * count
        self._met = threading.Barrier(count, timeout=60)

    def total(self, rank: int) -> Total:
        def total(own: Tensor) -> Tensor:
            self._given[rank] = own.detach().clone()
            self._met.wait()
            summed = torch.stack([one for one in self._given if one is not None]).sum(0)
            self._met.wait()
            return summed

        return total


def part_of(first: int, count: int) -> Batch:
    """Samples whose unknown regions have very different sizes."""
    samples = tiny_samples(sum(SIZES), seed=1)
    samples.trimap[0, :, :32] = 0
    return decode(samples[slice(first, first + count)])


@pytest.mark.parametrize("objective", Objective)
def test_addends_and_their_gradients_are_those_of_the_whole_batch(objective: Objective) -> None:
    count = sum(SIZES)
    start = torch.rand(3, count, 1, 64, 64, generator=torch.Generator().manual_seed(0))

    def of(first: int, size: int, total: Total | None) -> tuple[Tensor, Tensor]:
        guess = start[:, first : first + size].clone().requires_grad_()
        shared = SharedBatch.unshared(count) if total is None else SharedBatch(first, count, total)
        scales = (guess[0],) if objective is Objective.MATTING else tuple(guess)
        generator = torch.Generator().manual_seed(4)
        loss = loss_of(objective, scales, part_of(first, size), step=9, warm_up=1, generator=generator, shared=shared)
        (gradient,) = torch.autograd.grad(loss, guess)
        return loss.detach(), gradient

    whole, gradient = of(0, count, None)
    ranks = Ranks(len(SIZES))
    each: list[Callable[[], tuple[Tensor, Tensor]]] = [
        lambda: of(0, SIZES[0], ranks.total(0)),
        lambda: of(SIZES[0], SIZES[1], ranks.total(1)),
    ]
    with ThreadPoolExecutor(len(SIZES)) as threads:
        addends = [one.result() for one in [threads.submit(work) for work in each]]
    torch.testing.assert_close(sum(addend for addend, _ in addends), whole, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(torch.cat([part for _, part in addends], 1), gradient, rtol=1e-4, atol=1e-7)
    alone = of(0, SIZES[0], None)[0] + of(SIZES[0], SIZES[1], None)[0]
    assert abs(float(alone / 2 - whole)) > 1e-3, "the mean of losses that know nothing of each other is another loss"
