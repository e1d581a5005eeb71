"""The working end of the queues: threads that each wait for the messages of one kind of work."""

from collections.abc import Sequence
from typing import Any

from huey.api import Huey
from huey.consumer import BaseProcess, Consumer
from huey.consumer import Worker as Thread

LOOK_SECONDS = 1.0
"""How long a message may lie there."""


class QueuesConsumer(Consumer):
    """One thread for each of `hueys`, of which some may be the same."""

    def __init__(self, hueys: Sequence[Huey]) -> None:
        self._hueys = hueys
        super().__init__(
            hueys[0],
            workers=len(hueys),
            worker_type="thread",
            max_delay=LOOK_SECONDS,
            periodic=False,
            check_worker_health=True,
        )

    def _create_worker(self) -> Thread:
        return self._thread_of(self._hueys[len(self.worker_threads)])

    def _create_scheduler(self) -> BaseProcess:
        return _Idle(self.huey, self.stop_flag)

    def check_worker_health(self) -> None:
        """A thread that has died is followed by another at the same queue."""
        living: list[tuple[Thread, Any]] = []
        for number, (worker, thread) in enumerate(self.worker_threads, start=1):
            if not self.environment.is_alive(thread):
                worker = self._thread_of(worker.huey)
                thread = self._create_process(worker, f"Worker-{number}")
                thread.start()
            living.append((worker, thread))
        self.worker_threads = living

    def _thread_of(self, huey: Huey) -> Thread:
        return self.worker_class(
            huey=huey,
            stop_flag=self.stop_flag,
            default_delay=self.default_delay,
            max_delay=self.max_delay,
            backoff=self.backoff,
        )


class _Idle(BaseProcess):
    """In the place of huey's scheduler: no message is for later, and a server need not be asked each second."""

    def loop(self, now: object = None) -> None:
        self.stop_flag.wait()
