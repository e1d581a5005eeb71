"""The driver of a training: words in their order, checkpoints, an end in words, and a stop that is heard at once."""

from pathlib import Path

import pytest

from training.distributed import following
from training.distributed.desk import Desk, News
from training.distributed.following import follow
from training.distributed.task import Outcome
from training.learning.loop import Progress, TrainingStopped
from training.learning.optimising import DivergedError

OUTCOME = Outcome(b"weights", 2, 0.25, ((0, 1.0),), 1.0, stopped_early=False)


def row(step: int) -> Progress:
    return Progress(step, step / 10, 0.1, 0.2, 1e-3, 5.0, 1.0, 0.0)


class Played:
    """A group whose processes do one thing of a script each time that the driver looks."""

    def __init__(self, desk: Desk, *script: object) -> None:
        self.desk, self._script = desk, list(script)

    def news(self, known: int) -> News:
        if self._script:
            act = self._script.pop(0)
            assert callable(act)
            act()
        return self.desk.news(known)

    def stop(self) -> None:
        self.desk.stop()

    def check(self) -> None:
        if not self._script and not self.desk.has_ended():
            raise RuntimeError("nobody is left")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "POLL_SECONDS", 0.001)


def test_rows_come_in_order_and_the_latest_checkpoint_lies_in_the_drivers_folder(tmp_path: Path) -> None:
    desk, seen, kept = Desk(), list[int](), list[bytes]()
    checkpoint = tmp_path / "state.pt"

    def on_row(one: Progress) -> bool:
        seen.append(one.step)
        kept.append(checkpoint.read_bytes() if checkpoint.is_file() else b"")
        return True

    group = Played(
        desk,
        lambda: [desk.tell(row(1)), desk.tell(row(2))],
        lambda: [desk.keep(b"one"), desk.keep(b"two"), desk.tell(row(3))],
        lambda: [desk.tell(row(4)), desk.end(OUTCOME)],
    )
    assert follow(group, on_row=on_row, waiting=lambda: None, checkpoint=checkpoint) == OUTCOME
    assert seen == [1, 2, 3, 4]
    assert kept == [b"", b"", b"two", b"two"]
    assert not checkpoint.exists(), "a training that is over is not gone on with"


@pytest.mark.parametrize("raises", [True, False])
def test_a_stop_reaches_the_next_step_and_the_last_checkpoint_comes_back(tmp_path: Path, raises: bool) -> None:
    desk, going_on = Desk(), list[bool]()
    checkpoint = tmp_path / "state.pt"

    def on_row(_one: Progress) -> bool:
        if raises:
            raise TrainingStopped
        return False

    group = Played(
        desk,
        lambda: desk.tell(row(1)),
        lambda: [going_on.append(desk.tell(row(2))), desk.keep(b"last"), desk.end(TrainingStopped())],
    )
    with pytest.raises(TrainingStopped):
        follow(group, on_row=on_row, waiting=lambda: None, checkpoint=checkpoint)
    assert going_on == [False]
    assert checkpoint.read_bytes() == b"last"


def test_an_error_of_the_processes_is_the_drivers(tmp_path: Path) -> None:
    desk = Desk()
    group = Played(desk, lambda: desk.end(DivergedError("lower the rate")))
    with pytest.raises(DivergedError, match="lower the rate"):
        follow(group, on_row=lambda _: True, waiting=lambda: None, checkpoint=None)


def test_processes_that_are_gone_without_a_word_are_noticed() -> None:
    with pytest.raises(RuntimeError, match="nobody is left"):
        follow(Played(Desk(), lambda: None), on_row=lambda _: True, waiting=lambda: None, checkpoint=None)


def test_while_nothing_is_heard_the_driver_says_that_it_waits_and_may_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(following, "STOP_PATIENCE_SECONDS", 0.01)
    desk = Desk()

    def waiting() -> None:
        raise TrainingStopped

    with pytest.raises(TrainingStopped):
        follow(Played(desk, *[lambda: None] * 3), on_row=lambda _: True, waiting=waiting, checkpoint=None)
    assert not desk.tell(row(1))
