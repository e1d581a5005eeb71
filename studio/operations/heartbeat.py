"""The worker says that it is alive: by the time of a file in the data folder, which every process on it can read.

``python -m studio.operations.heartbeat FOLDER`` is for a container's keeper: exit status 0 if it was heard of late.
"""

import contextlib
import sys
import threading
import time
from pathlib import Path

FILE = ".worker.heartbeat"
BEAT_SECONDS = 10.0
SILENCE_SECONDS = 60.0
"""A worker that was silent for longer counts as gone."""


def beat(folder: Path, *, until: threading.Event) -> None:
    """Beat every BEAT_SECONDS. A disk that refuses lets the worker look dead, which is worth a look."""
    while True:
        with contextlib.suppress(OSError):
            (folder / FILE).touch()
        if until.wait(BEAT_SECONDS):
            return


def silence(folder: Path) -> float | None:
    """Seconds since a worker of this folder was heard last; None if none ever was."""
    try:
        return max(0.0, time.time() - (folder / FILE).stat().st_mtime)
    except OSError:
        return None


def is_heard(folder: Path) -> bool:
    """Whether a worker was heard within SILENCE_SECONDS."""
    seconds = silence(folder)
    return seconds is not None and seconds <= SILENCE_SECONDS


if __name__ == "__main__":
    sys.exit(0 if is_heard(Path(sys.argv[1])) else 1)
