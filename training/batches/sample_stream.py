"""Batches from a pool of samples that is renewed while the training goes on.

A sample with its classical prior takes longer to make than to learn from, so worker processes make shards of them, each
sample serves several times under other augmentations, and the oldest shard leaves when a new one comes. Which shards
make up the pool is a function of the step, and a shard is a function of its number: a training that is resumed, or
repeated elsewhere, sees the same samples.
"""

import os
import shutil
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path

import cv2
import numpy as np
import torch

from training.batches.batch import Batch
from training.batches.realism import bounded, raw_weights
from training.batches.sample_pool import Probabilities, draw_batch
from training.batches.samples import SampleSet
from training.batches.source import chance_of

MakeShard = Callable[[int], SampleSet]
AHEAD = 4
"""Shards that the workers may be ahead of the training."""


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """shard: samples in a shard. first: shards to begin with. pool: shards when there are most. steps_per_shard: steps
    after which the next shard comes, and takes the place of the oldest one once the pool is full."""

    shard: int = 250
    first: int = 4
    pool: int = 24
    steps_per_shard: int = 100

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.pool or self.shard <= 0 or self.steps_per_shard <= 0:
            raise ValueError(
                "a stream has shards of samples, at least one to begin with and no more than the pool holds"
            )

    def shards_at(self, step: int) -> range:
        """The numbers of the shards that make up the pool at a step."""
        newest = self.first - 1 + step // self.steps_per_shard
        return range(max(0, newest - self.pool + 1), newest + 1)


class SampleStream:
    """A `BatchSource`. make: from the number of a shard to its samples; called in worker processes.

    folder: where shards lie while they are needed, for these alone. Batches are drawn with the weights of
    `training.batches.realism`.
    """

    def __init__(
        self,
        make: MakeShard,
        folder: Path,
        *,
        settings: StreamSettings,
        size: int,
        crop: int,
        workers: int = 1,
        device: str | torch.device = "cpu",
        seed: int = 0,
        process: int = 0,
    ) -> None:
        self.size = size
        self._make, self._folder, self._settings = make, folder, settings
        self._crop, self._device, self._seed, self._process = crop, device, seed, process
        # not forked: a child that inherits OpenCV's threads after they have worked hangs at its first picture
        self._workers = ProcessPoolExecutor(workers, get_context("spawn"), initializer=start_worker)
        self._coming: dict[int, Future[Path]] = {}
        self._held: set[int] = set()
        self._samples: SampleSet
        self._weights: Probabilities = np.zeros((settings.pool, settings.shard))
        self._probabilities: Probabilities = np.zeros(0)
        folder.mkdir(parents=True, exist_ok=True)

    def batch(self, step: int) -> Batch:
        self._renew(self._settings.shards_at(step))
        rng = chance_of(seed=self._seed, process=self._process, step=step)
        return draw_batch(rng, self._samples, self._probabilities, size=self.size, crop=self._crop)

    def prepare(self) -> None:
        """Have the first shards made, all workers together; does not wait for them."""
        for number in self._settings.shards_at(0):
            self._ask_for(number)

    def shard(self, number: int) -> SampleSet:
        """One shard, made now if no worker has made it yet; on the CPU."""
        return SampleSet.load(self._ask_for(number).result())

    def close(self, *, keep: bool = False) -> None:
        """End the workers. keep: leave the shards for a training that goes on later."""
        self._workers.shutdown(wait=True, cancel_futures=True)
        if not keep:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _renew(self, wanted: range) -> None:
        if self._held == set(wanted):
            return
        for number in range(wanted.start, wanted.stop + AHEAD):
            self._ask_for(number)
        for number in self._held - set(wanted):
            self._weights[number % self._settings.pool] = 0
            self._coming.pop(number)
            self._path(number).unlink(missing_ok=True)
        for number in sorted(set(wanted) - self._held):
            self._take_in(number, self.shard(number))
        self._held = set(wanted)
        self._probabilities = bounded(self._weights.ravel())

    def _take_in(self, number: int, made: SampleSet) -> None:
        """Put a shard in its place of the pool, which is allocated once."""
        length, slot = self._settings.shard, number % self._settings.pool
        if not self._held and not self._weights.any():
            self._samples = made.empty_like(length * self._settings.pool, device=self._device)
        self._samples.put(slice(slot * length, (slot + 1) * length), made)
        self._weights[slot] = raw_weights(made)

    def _ask_for(self, number: int) -> Future[Path]:
        if number not in self._coming:
            self._coming[number] = self._workers.submit(_made, self._make, number, self._path(number))
        return self._coming[number]

    def _path(self, number: int) -> Path:
        return self._folder / f"shard-{number:06d}.safetensors"


def start_worker() -> None:
    """Each worker has one core, hears no Ctrl-C that is meant for the training, and ends with it, even if it is
    killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    single_threaded()


def single_threaded() -> None:
    """Inner threads would only fight for the core."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _made(make: MakeShard, number: int, path: Path) -> Path:
    if not path.exists():
        make(number).save(path)
    return path
