"""Alphas of unfinished corrections, kept so that reopening an image does not predict it anew.

A snapshot is named by the revision, the place in its stroke log and what the alpha is called (`matte_names.py`), and is
written when the operator pauses, never while a stroke waits for its answer. It may be deleted at any moment: that costs
a prediction at the next opening, and what a recomputation of the whole alpha gave, but no stroke.

Several processes may share the folder. None deletes what stands for a later place in a log than its own newest, for
another may be ahead; and where processes have folders of their own, another may end the correction, so that what was
not touched for a week is deleted, whatever it stands for.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from matting_core.arrays import Alpha
from matting_core.errors import MattingError
from matting_core.image_io import decode_alpha, encode_alpha
from studio.desk.matte_names import is_fine

PAUSE_SECONDS = 1.5
KEPT_SECONDS = 7 * 24 * 3600
"""Since it was written; whoever comes back to a photo after that waits for a prediction."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """matte: what the alpha (float32, HxW, [0, 1]) is called."""

    matte: str
    alpha: Alpha


Taken = Callable[[], Snapshot | None]
"""Gives a copy of the alpha at the place in the log that was named, or None if the image has moved on."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A snapshot to be written. due: by the monotonic clock."""

    due: float
    position: int
    take: Taken


class Snapshots:
    """A folder of 16-bit alphas, those of the newest place of each revision. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._delete_forgotten()
        self._lock = threading.Lock()
        self._waiting: dict[int, _Waiting] = {}
        self._writer: threading.Thread | None = None

    def save_soon(self, revision_id: int, position: int, take: Taken) -> None:
        """Write what `take` gives after a pause; a later call for the same revision takes its place.

        It is asked then and not now: a copy of a large alpha would cost every stroke as much as its answer.
        """
        with self._lock:
            self._waiting[revision_id] = _Waiting(time.monotonic() + PAUSE_SECONDS, position, take)
            if self._writer is None:  # one for all of them: a thread for each stroke would cost as much as the stroke
                self._writer = threading.Thread(target=self._write_in_time, name="snapshots", daemon=True)
                self._writer.start()

    def load(self, revision_id: int, position: int, *, matte: str | None = None) -> Snapshot | None:
        """The snapshot of exactly this place in the log, or None; also one that still waits to be written.

        matte: that of this name and no other. Without one, what was computed at once comes before what has grown stroke
        by stroke, and the newest before older ones.
        """
        with self._lock:
            waiting = self._waiting.get(revision_id)
        snapshot = waiting.take() if waiting is not None and waiting.position == position else None
        if snapshot is not None and matte in (None, snapshot.matte):
            return snapshot
        for path in self._found(revision_id, position, matte):
            with contextlib.suppress(OSError, MattingError):
                return Snapshot(_matte_of(path), decode_alpha(path.read_bytes()))
        return None

    def drop(self, revision_id: int) -> None:
        """Forget the snapshots of a revision that nobody corrects any more."""
        with self._lock:
            self._waiting.pop(revision_id, None)
        for path in self._folder.glob(f"{revision_id}-*"):
            path.unlink(missing_ok=True)

    def flush(self) -> None:
        """Write everything that waits, now."""
        with self._lock:
            waiting = list(self._waiting)
        for revision_id in waiting:
            self._write(revision_id)

    def _write_in_time(self) -> None:
        """Write each when its pause is over; ends when nothing waits any more."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._writer = None
                    return
                revision_id, waiting = min(self._waiting.items(), key=lambda item: item[1].due)
            if (seconds := waiting.due - time.monotonic()) > 0:
                time.sleep(seconds)  # whatever comes meanwhile is due later
            else:
                self._write(revision_id)

    def _write(self, revision_id: int) -> None:
        with self._lock:
            waiting = self._waiting.pop(revision_id, None)
        if waiting is None or (snapshot := waiting.take()) is None:
            return
        path = self._folder / f"{revision_id}-{waiting.position}-{snapshot.matte}.png"
        unfinished = path.with_suffix(f".{token_hex(4)}.part")  # two processes, even of two machines, may be at it
        with contextlib.suppress(OSError):  # a full disk costs time at the next opening, not work
            try:
                unfinished.write_bytes(encode_alpha(snapshot.alpha, bits=16))
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
            self._delete_older(revision_id, waiting.position)

    def _found(self, revision_id: int, position: int, matte: str | None) -> list[Path]:
        """What there is of a place, best first. No name that somebody sends becomes a path."""
        found = [
            (is_fine(_matte_of(path)), _written(path), path)
            for path in self._folder.glob(f"{revision_id}-{position}-*.png")
            if matte in (None, _matte_of(path))
        ]
        return [path for *_, path in sorted(found, reverse=True)]

    def _delete_older(self, revision_id: int, position: int) -> None:
        """What stands for earlier places of a revision, also what a killed process has left of it half written."""
        for path in self._folder.glob(f"{revision_id}-*"):
            if _position_of(path) < position:
                path.unlink(missing_ok=True)

    def _delete_forgotten(self) -> None:
        too_old = time.time() - KEPT_SECONDS
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if _written(path) < too_old:
                    path.unlink(missing_ok=True)


def _position_of(path: Path) -> int:
    """Of a file as an earlier version of the program named it (``7-3.png``), too."""
    number = path.name.partition(".")[0].split("-")[1]
    return int(number) if number.isdecimal() else 0


def _matte_of(path: Path) -> str:
    return path.stem.split("-", 2)[2]


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # deleted meanwhile
        return 0.0
