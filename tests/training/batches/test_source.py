"""Batches made ahead: the very ones that the source has, in any order; its errors come out."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from tiny_samples import tiny_samples

from training.batches.batch import Batch, decode
from training.batches.source import Prefetched, chance_of


class Numbered:
    """Batches whose alpha is the step everywhere; `broken` has none."""

    size = 1

    def __init__(self, broken: int | None = None) -> None:
        self.broken, self.asked = broken, list[int]()
        self.ahead = threading.Event()

    def batch(self, step: int) -> Batch:
        self.asked.append(step)
        if len(self.asked) > 1:
            self.ahead.set()
        if step == self.broken:
            raise RuntimeError(f"no batch for step {step}")
        inputs = decode(tiny_samples(1, side=8)).inputs
        return Batch(inputs, torch.full((1, 1, 8, 8), float(step)))


@contextmanager
def prefetched(source: Numbered) -> Iterator[Prefetched]:
    ahead = Prefetched(source)
    yield ahead
    ahead.close()


def test_batches_are_the_sources_in_order_and_after_a_jump() -> None:
    with prefetched(Numbered()) as ahead:
        for step in (0, 1, 2, 7, 8, 3, 3):
            assert (ahead.batch(step).alpha == step).all()
        assert ahead.size == 1


def test_the_next_batch_is_made_before_it_is_asked_for() -> None:
    source = Numbered()
    with prefetched(source) as ahead:
        ahead.batch(5)
        assert source.ahead.wait(5)
        assert source.asked == [5, 6]
        ahead.batch(6)
    assert source.asked.count(6) == 1


def test_an_error_surfaces_at_its_step_and_not_before() -> None:
    with prefetched(Numbered(broken=1)) as ahead:
        assert (ahead.batch(0).alpha == 0).all()
        with pytest.raises(RuntimeError, match="no batch for step 1"):
            ahead.batch(1)
        assert (ahead.batch(2).alpha == 2).all()


def test_nothing_is_made_after_closing() -> None:
    source = Numbered()
    with prefetched(source) as ahead:
        ahead.batch(0)
    with pytest.raises(RuntimeError):
        ahead.batch(4)
    assert 4 not in source.asked


def test_every_seed_process_and_step_has_its_own_chance() -> None:
    draws = {
        chance_of(seed=seed, process=process, step=step).random()
        for seed in range(3)
        for process in range(3)
        for step in range(3)
    }
    assert len(draws) == 27
    assert chance_of(seed=1, process=2, step=3).random() == chance_of(seed=1, process=2, step=3).random()
