"""Alphas of unfinished corrections, kept so that reopening an image does not predict it anew.

A snapshot is named by the revision and the place in its stroke log, and is written when the operator pauses, never
while a stroke waits for its answer. It may be deleted at any moment: that costs a prediction at the next opening, and
what a recomputation of the whole alpha gave, but no stroke.
"""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from matting_core.arrays import Alpha
from matting_core.errors import MattingError
from matting_core.image_io import decode_alpha, encode_alpha

PAUSE_SECONDS = 1.5

Taken = Callable[[], Alpha | None]
"""Gives a copy of the alpha at the place in the log that was named, or None if the image has moved on."""


class Snapshots:
    """A folder of 16-bit alphas, one per revision. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[threading.Timer, int, Taken]] = {}

    def save_soon(self, revision_id: int, position: int, take: Taken) -> None:
        """Write what `take` gives after a pause; a later call for the same revision takes its place.

        It is asked then and not now: a copy of a large alpha would cost every stroke as much as its answer.
        """
        timer = threading.Timer(PAUSE_SECONDS, self._write, (revision_id,))
        timer.daemon = True
        with self._lock:
            if revision_id in self._waiting:
                self._waiting[revision_id][0].cancel()
            self._waiting[revision_id] = (timer, position, take)
        timer.start()

    def load(self, revision_id: int, position: int) -> Alpha | None:
        """The snapshot of exactly this place in the log, or None; also one that still waits to be written."""
        with self._lock:
            waiting = self._waiting.get(revision_id)
        if waiting is not None and waiting[1] == position and (alpha := waiting[2]()) is not None:
            return alpha
        with contextlib.suppress(OSError, MattingError):
            return decode_alpha(self._path(revision_id, position).read_bytes())
        return None

    def drop(self, revision_id: int) -> None:
        """Forget the snapshots of a revision that nobody corrects any more."""
        with self._lock:
            waiting = self._waiting.pop(revision_id, None)
        if waiting is not None:
            waiting[0].cancel()
        self._delete_others(revision_id)

    def flush(self) -> None:
        """Write everything that waits, now."""
        with self._lock:
            waiting = list(self._waiting)
        for revision_id in waiting:
            self._write(revision_id)

    def _write(self, revision_id: int) -> None:
        with self._lock:
            timer, position, take = self._waiting.pop(revision_id, (None, 0, None))
        if timer is None or take is None:
            return
        timer.cancel()
        if (alpha := take()) is None:
            return
        path = self._path(revision_id, position)
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
