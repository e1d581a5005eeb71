"""Alphas of unfinished corrections, kept so that reopening an image does not predict it anew.

A snapshot is named by the revision and the place in its stroke log, and is written when the operator pauses, never
while a stroke waits for its answer. It may be deleted at any moment: that costs a prediction at the next opening, and
what a recomputation of the whole alpha gave, but no stroke.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matting_core.arrays import Alpha
from matting_core.errors import MattingError
from matting_core.image_io import decode_alpha, encode_alpha

PAUSE_SECONDS = 1.5

Taken = Callable[[], Alpha | None]
"""Gives a copy of the alpha at the place in the log that was named, or None if the image has moved on."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A snapshot to be written. due: by the monotonic clock."""

    due: float
    position: int
    take: Taken


class Snapshots:
    """A folder of 16-bit alphas, one per revision. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
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

    def load(self, revision_id: int, position: int) -> Alpha | None:
        """The snapshot of exactly this place in the log, or None; also one that still waits to be written."""
        with self._lock:
            waiting = self._waiting.get(revision_id)
        if waiting is not None and waiting.position == position and (alpha := waiting.take()) is not None:
            return alpha
        with contextlib.suppress(OSError, MattingError):
            return decode_alpha(self._path(revision_id, position).read_bytes())
        return None

    def drop(self, revision_id: int) -> None:
        """Forget the snapshots of a revision that nobody corrects any more."""
        with self._lock:
            self._waiting.pop(revision_id, None)
        self._delete_others(revision_id)

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
        if waiting is None or (alpha := waiting.take()) is None:
            return
        path = self._path(revision_id, waiting.position)
        unfinished = path.with_suffix(f".{threading.get_ident()}.part")
        with contextlib.suppress(OSError):  # a full disk costs time at the next opening, not work
            try:
                unfinished.write_bytes(encode_alpha(alpha, bits=16))
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
            self._delete_others(revision_id, kept=path)

    def _delete_others(self, revision_id: int, *, kept: Path | None = None) -> None:
        """All files of a revision but one, also what a killed process has left half written."""
        for path in self._folder.glob(f"{revision_id}-*"):
            if path != kept:
                path.unlink(missing_ok=True)

    def _path(self, revision_id: int, position: int) -> Path:
        return self._folder / f"{revision_id}-{position}.png"
