"""Where batches come from. A batch is a function of its seed, process and step alone, so that a training that was
interrupted goes on with the very batches that it would have had.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np

from training.batches.batch import Batch


class BatchSource(Protocol):
    """size: samples in a batch."""

    @property
    def size(self) -> int: ...

    def batch(self, step: int) -> Batch:
        """The batch of a step (0, 1, ...): always the same for the same step."""
        ...


def chance_of(*, seed: int, process: int, step: int) -> np.random.Generator:
    """Random numbers for one step of one of several training processes."""
    return np.random.default_rng([seed, process, step])


class Prefetched:
    """A source whose next batch is made while the step before it is computed."""

    def __init__(self, source: BatchSource) -> None:
        self._source = source
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._coming: tuple[int, Future[Batch]] | None = None

    @property
    def size(self) -> int:
        return self._source.size

    def batch(self, step: int) -> Batch:
        if self._coming is None or self._coming[0] != step:
            self._coming = step, self._thread.submit(self._source.batch, step)
        ready = self._coming[1].result()
        self._coming = step + 1, self._thread.submit(self._source.batch, step + 1)
        return ready

    def close(self) -> None:
        """Wait for the batch in the making and drop it."""
        self._thread.shutdown(wait=True, cancel_futures=True)
