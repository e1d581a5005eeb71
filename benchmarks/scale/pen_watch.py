"""How busy the one writer's pen is on PostgreSQL, and how long a process waits for it, while others write."""

import statistics
import threading
import time
from dataclasses import dataclass

import psycopg

from annotation_store.engines.postgresql import _PEN as PEN
from annotation_store.store import Store

LOOK_SECONDS = 0.01
ASK_SECONDS = 0.1
_HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = %s"


@dataclass(frozen=True, slots=True)
class PenUse:
    """held: the share of the time in which somebody had the pen. waits: milliseconds until a process that asked had
    it, median and 95 of 100; of processes, not of threads within one."""

    held: float
    wait_p50_ms: float
    wait_p95_ms: float


class PenWatch:
    """Looks from `start` to `stop`. Asking for the pen is itself a short transaction, ten times a second."""

    def __init__(self, store: Store, database_url: str) -> None:
        self._store, self._url = store, database_url
        self._over = threading.Event()
        self._held: list[bool] = []
        self._waits: list[float] = []
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._look, self._ask)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> PenUse:
        self._over.set()
        for thread in self._threads:
            thread.join()
        waits = sorted(self._waits)
        return PenUse(
            held=sum(self._held) / max(1, len(self._held)),
            wait_p50_ms=1000 * statistics.median(waits),
            wait_p95_ms=1000 * waits[int(0.95 * (len(waits) - 1))],
        )

    def _look(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            while not self._over.wait(LOOK_SECONDS):
                row = connection.execute(_HELD, (PEN & 0xFFFFFFFF,)).fetchone()
                self._held.append(bool(row and row[0]))

    def _ask(self) -> None:
        while not self._over.wait(ASK_SECONDS):
            began = time.monotonic()
            with self._store.database.write():
                self._waits.append(time.monotonic() - began)
