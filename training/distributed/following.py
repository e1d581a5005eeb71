"""How the driver of a training follows its processes: their words in order, their checkpoints into its folder."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from training.distributed.desk import News
from training.distributed.task import Outcome
from training.learning.loop import Progress, TrainingStopped
from training.whole_file import write_atomically

POLL_SECONDS = 0.1
QUIET_SECONDS = 3.0
"""Without a word from the processes, after which the driver says that it waits."""
STOP_PATIENCE_SECONDS = 15.0
"""How long processes may take to end in good order, less than a cancelled training's driver is given."""

OnRow = Callable[[Progress], bool]
"""Told every step; returning False, or raising TrainingStopped, ends the training."""
Waiting = Callable[[], None]
"""Called now and then while there is nothing to tell; may raise TrainingStopped."""


class Group(Protocol):
    """The processes at work, as their driver sees them."""

    def news(self, known: int) -> News: ...

    def stop(self) -> None: ...

    def check(self) -> None:
        """Raises an error once nothing is to be expected of the processes any more."""
        ...


def follow(group: Group, *, on_row: OnRow, waiting: Waiting, checkpoint: Path | None) -> Outcome:
    """To the end. Raises TrainingStopped, and what the processes or `Group.check` end with."""
    known, heard = 0, time.monotonic()
    try:
        while True:
            news = group.news(known)
            known = news.number
            if news.state is not None and checkpoint is not None:
                write_atomically(checkpoint, news.state)
            for row in news.rows:
                heard = time.monotonic()
                if not on_row(row):
                    raise TrainingStopped
            if isinstance(news.end, Outcome):
                if checkpoint is not None:
                    checkpoint.unlink(missing_ok=True)
                return news.end
            if news.end is not None:
                raise news.end
            if time.monotonic() - heard > QUIET_SECONDS:
                heard = time.monotonic()
                waiting()
            if not news.rows:
                group.check()
                time.sleep(POLL_SECONDS)
    except TrainingStopped:
        _stop(group, known, checkpoint)
        raise


def _stop(group: Group, known: int, checkpoint: Path | None) -> None:
    """Have the processes end by themselves, and take what they leave behind."""
    group.stop()
    until = time.monotonic() + STOP_PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            news = group.news(known)
            group.check()
        except Exception:
            return  # who has ended already need not be waited for
        known = news.number
        if news.state is not None and checkpoint is not None:
            write_atomically(checkpoint, news.state)
        if news.end is not None:
            return
        time.sleep(POLL_SECONDS)
