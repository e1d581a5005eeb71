"""Early stop: the best state is kept, and patience ends what gets no better."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_networks import small_compact
from tiny_samples import tiny_samples
from torch import nn

from training.batches.sample_pool import SamplePool
from training.learning.early_stop import EarlyStop
from training.learning.loop import Progress, TrainingStopped, train
from training.learning.loop_settings import LoopSettings

SETTINGS = LoopSettings(learning_rate=1e-3, steps=8, warm_up=1)


class Scripted:
    """In the place of `HeldOut`: errors as they are told, whatever the network."""

    def __init__(self, *errors: float) -> None:
        self._errors = list(errors)

    def error(self, network: nn.Module) -> float:
        return self._errors.pop(0)


def stop(*errors: float, every: int = 1, patience: int = 2) -> EarlyStop:
    return EarlyStop(Scripted(*errors), small_compact(), every=every, patience=patience)


def followed(watcher: EarlyStop, *, checkpoint: Path | None = None, until: int | None = None) -> list[Progress]:
    rows: list[Progress] = []

    def watch(row: Progress, averaged: nn.Module) -> bool:
        rows.append(row)
        return row.step != until

    source = SamplePool(tiny_samples(2), size=2, crop=64)
    train(small_compact(), source, SETTINGS, on_step=watch, watcher=watcher, checkpoint=checkpoint)
    return rows


def test_a_training_ends_when_patience_does() -> None:
    watcher = stop(5, 4, 3, 3.5, 3.2)
    rows = followed(watcher)
    assert [row.watched for row in rows] == [4, 3, 3.5, 3.2]
    assert (watcher.best_step, watcher.best_error, watcher.stopped_early) == (2, 3, True)


def test_one_that_gets_better_goes_on_to_its_end() -> None:
    watcher = stop(*range(9, 0, -1))
    assert len(followed(watcher)) == 8
    assert (watcher.best_step, watcher.stopped_early) == (8, False)


def test_between_two_looks_nothing_is_measured_but_the_end_is() -> None:
    watcher = stop(5, 4, 3, 2, every=3)
    assert [row.watched for row in followed(watcher)] == [None, None, 4, None, None, 3, None, 2]


def test_the_best_state_is_that_of_its_step_even_where_the_parent_was_better() -> None:
    watcher = stop(1, 2, 3, 4)
    followed(watcher)
    assert (watcher.best_step, watcher.best_error) == (1, 2)
    parent = small_compact().state_dict()
    assert any(not torch.equal(parent[name], value) for name, value in watcher.best_state.items())


def test_a_little_worse_than_the_parent_may_be_chance() -> None:
    watcher = stop(1.0)
    assert [watcher.worse_than_parent(error) for error in (0.9, 1.09, 1.11)] == [False, False, True]


def test_a_training_that_goes_on_remembers_its_best_state_and_its_patience(tmp_path: Path) -> None:
    state = tmp_path / "state.pt"
    first = stop(5, 3, 4)
    with pytest.raises(TrainingStopped):
        followed(first, checkpoint=state, until=2)
    second = stop(5, 4.5)
    assert len(followed(second, checkpoint=state)) == 1, "one more look without gain was left"
    assert second.looks == [(0, 5), (1, 3), (2, 4), (3, 4.5)]
    assert second.best_step == 1
    assert all(torch.equal(first.best_state[name], value) for name, value in second.best_state.items())


def test_without_one_who_looks_on_nothing_is_told() -> None:
    rows: list[Progress] = []
    source = SamplePool(tiny_samples(2), size=2, crop=64)
    train(small_compact(), source, replace(SETTINGS, steps=2), on_step=lambda row, _: rows.append(row) is None)
    assert [row.watched for row in rows] == [None, None]
