"""How long this process is at work for people's strokes, gathered here and written down about once a minute.

Nobody waits for it, and nothing fails by it: what cannot be written now is written later. A process that is killed
loses what it did in its last minute.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import structlog

from annotation_store.errors import NOT_NOW
from annotation_store.kinds import MachineWork
from annotation_store.money.machine_hours import note_machine_work
from annotation_store.store import Store

log = structlog.get_logger()

FLUSH_SECONDS = 60.0


class MachineMeter:
    """Thread-safe. What several threads do at the same moment counts once: it is one machine."""

    def __init__(self, store: Store, *, device: Callable[[], str], every: float = FLUSH_SECONDS) -> None:
        """device: asked when something is written down."""
        self._store, self._device, self._every = store, device, every
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._at_work = 0  # threads
        self._since = 0.0  # by the monotonic clock, while any thread is at work
        self._seconds, self._strokes = 0.0, 0
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def working(self, *, strokes: int = 0) -> Iterator[None]:
        """The machine works as long as this lasts; strokes: how many it answers, if it comes to its end."""
        self._begin()
        try:
            yield
        except BaseException:
            self._end(strokes=0)
            raise
        self._end(strokes=strokes)

    def flush(self) -> None:
        """Write down what there is, if it can be written now."""
        with self._writing:
            seconds, strokes = self._take()
            if not seconds and not strokes:
                return
            try:
                note_machine_work(
                    self._store, work=MachineWork.CORRECTING, device=self._device(), seconds=seconds, images=strokes
                )
            except Exception as error:
                with self._lock:
                    self._seconds, self._strokes = self._seconds + seconds, self._strokes + strokes
                if not isinstance(error, NOT_NOW):
                    log.exception("machine hours are not written down")

    def close(self) -> None:
        """Write down what there is, and no more by itself."""
        self._closing.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()
        self.flush()

    def _begin(self) -> None:
        with self._lock:
            if not self._at_work:
                self._since = time.monotonic()
            self._at_work += 1
            if self._thread is None and not self._closing.is_set():
                thread = threading.Thread(target=self._watch, name="machine-meter", daemon=True)
                with suppress(RuntimeError):  # too many already: a later stroke tries again
                    thread.start()
                    self._thread = thread

    def _end(self, *, strokes: int) -> None:
        with self._lock:
            self._at_work -= 1
            self._strokes += strokes
            if not self._at_work:
                self._seconds += time.monotonic() - self._since

    def _take(self) -> tuple[float, int]:
        with self._lock:
            if self._at_work:
                now = time.monotonic()
                self._seconds, self._since = self._seconds + now - self._since, now
            taken = self._seconds, self._strokes
            self._seconds, self._strokes = 0.0, 0
            return taken

    def _watch(self) -> None:
        while not self._closing.wait(self._every):
            self.flush()


class Stopwatch:
    """Seconds of work on things that overlap, of which every moment counts once. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted_until = 0.0

    def lap(self, began: float) -> float:
        """From `began` (by the monotonic clock), or from the end of the lap before if that is later, until now."""
        with self._lock:
            now = time.monotonic()
            seconds = max(0.0, now - max(began, self._counted_until))
            self._counted_until = now
            return seconds
