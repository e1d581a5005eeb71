"""Several processes of this computer learn what one learns; they can be stopped, and their fall is told."""

import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from small_task import SETTINGS, assert_alike, assert_moved, learn_at

from training.distributed.local_processes import ProcessLostError
from training.distributed.training_place import TrainingPlace
from training.learning.loop import Progress, TrainingStopped

pytestmark = pytest.mark.scale

TWO = TrainingPlace(processes=2, device="cpu", threads=2)


def test_two_processes_learn_what_one_learns() -> None:
    rows: dict[int, list[Progress]] = {1: [], 2: []}
    one = learn_at(on_row=lambda row: rows[1].append(row) is None)
    two = learn_at(TWO, on_row=lambda row: rows[2].append(row) is None)
    assert_moved(one.network)
    assert_alike(one.network, two.network)
    assert [row.step for row in rows[2]] == [row.step for row in rows[1]] == [1, 2, 3, 4, 5, 6]
    for mine, theirs in zip(rows[1], rows[2], strict=True):
        assert theirs.loss == pytest.approx(mine.loss, rel=1e-4)
        assert theirs.error == pytest.approx(mine.error, rel=1e-4)
        assert (theirs.watched or 0) == pytest.approx(mine.watched or 0, rel=1e-4)
    assert (two.best_step, two.kept) == (one.best_step, one.kept)


def test_a_stopped_training_of_two_goes_on_as_one(tmp_path: Path) -> None:
    whole, checkpoint = learn_at(), tmp_path / "checkpoint.pt"
    with pytest.raises(TrainingStopped):
        learn_at(TWO, on_row=lambda row: row.step < 2, checkpoint=checkpoint)
    steps: list[int] = []
    gone_on = learn_at(on_row=lambda row: steps.append(row.step) is None, checkpoint=checkpoint)
    assert steps[0] in (3, 4), "the stop was heard at the next step"
    assert steps[-1] == 6
    assert_alike(whole.network, gone_on.network)


def test_the_fall_of_one_ends_the_training_in_words() -> None:

    def kill(_row: Progress) -> bool:
        victim = multiprocessing.active_children()[-1]
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        return True

    with pytest.raises(ProcessLostError, match="MATTELOOP_TRAINING_PROCESSES"):
        learn_at(TWO, replace(SETTINGS, steps=10_000), on_row=kill)
    assert not multiprocessing.active_children()
