"""Passes of a network through its device: asked for by many threads, run together where they are of one shape.

There is no thread for it: whoever finds the device idle runs what waits, at once, and goes on until its own answer is
there; what is asked for meanwhile is joined. So nobody waits for company, and one alone waits for nothing.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from matting_core.cancelling import PATIENCE, checkpoint
from matting_core.errors import DeviceFullError, MattingError

BATCH_PIXELS = 8_000_000
"""Of photos in one pass, where nothing else is said: four of the largest tiles, at most 4 GB in float32."""
BYTES_PER_PIXEL = 512
"""What a pass of the compact network may need for each pixel of a photo. On a CPU 250 to 270 were measured, in float32,
for one and for two tiles; as much again is for the workspaces of a GPU's convolutions, which nobody has measured."""
OLDEST_FIRST = 8
"""Every so many batches begin with whatever has waited longest, so that nothing waits for ever behind what hurries."""
CAREFUL_SECONDS = 60.0
"""So long after the device was full, batches stay below what did not fit."""

Inputs = tuple[Tensor | None, ...]
"""Of one pass: N x ..., all of the same N; None where the network does without. None is never the first."""


class Batches:
    """Thread-safe. Passes of one shape and one urgency are joined; nothing is ever joined across networks."""

    def __init__(self, run: Callable[..., Tensor], *, most_pixels: Callable[[], int]) -> None:
        """run: the network, row by row independent of each other. most_pixels: of a batch, asked before each."""
        self._run, self._most_pixels = run, most_pixels
        self._changed = threading.Condition()
        self._waiting: list[_Pass] = []
        self._is_running = False
        self._begun = 0
        self._ceiling, self._careful_until = 0, 0.0
        self.sizes: Counter[int] = Counter()
        """How many batches there were of each number of passes."""

    def __call__(self, *inputs: Tensor | None, pixels: int, urgent: bool) -> Tensor:
        """What `run` makes of these inputs. pixels: how large the pass is. urgent: goes before those that are not.

        Call it in inference mode. Raises DeviceFullError if the device has no room for one row alone, and Cancelled
        before the pass is begun.
        """
        mine = _Pass(inputs, pixels, urgent)
        with self._changed:
            self._waiting.append(mine)
        try:
            while not mine.is_done:
                if self._may_lead(mine):
                    self._lead(mine)
        finally:
            self._forget(mine)
        return mine.answer()

    def _may_lead(self, mine: "_Pass") -> bool:
        """Wait until the pass is done, the device idle or patience over. Whether this thread is to run batches."""
        with self._changed:
            if self._is_running and not mine.is_done:
                self._changed.wait(PATIENCE)
            if mine.is_done:
                return False
            if not mine.is_taken:
                checkpoint()
            if self._is_running:
                return False
            self._is_running = True
            return True

    def _lead(self, mine: "_Pass") -> None:
        try:
            while not mine.is_done:
                checkpoint()
                self._answer(self._next())
        finally:
            with self._changed:
                self._is_running = False
                self._changed.notify_all()

    def _forget(self, mine: "_Pass") -> None:
        with self._changed:
            if not mine.is_taken:
                self._waiting.remove(mine)

    def _next(self) -> "list[_Pass]":
        """The batch to run now, taken out of what waits."""
        room = self._most_pixels()
        if time.monotonic() < self._careful_until:
            room = min(room, self._ceiling)
        with self._changed:
            self._begun += 1
            hurried = [each for each in self._waiting if each.urgent]
            first = (hurried if hurried and self._begun % OLDEST_FIRST else self._waiting)[0]
            batch, pixels = [first], first.pixels
            for each in self._waiting:
                if each is not first and each.kind == first.kind and pixels + each.pixels <= room:
                    batch.append(each)
                    pixels += each.pixels
            for each in batch:
                each.is_taken = True
            self._waiting = [each for each in self._waiting if not each.is_taken]
            self.sizes[len(batch)] += 1
        return batch

    def _answer(self, batch: "list[_Pass]") -> None:
        try:
            joined = tuple(
                None if parts[0] is None else torch.cat(parts)
                for parts in zip(*(each.inputs for each in batch), strict=True)
            )
            found = self._rows(joined, sum(each.pixels for each in batch))
            answers = found.split_with_sizes([each.rows for each in batch])
        except BaseException as error:
            for each in batch:
                each.error = error
            if not isinstance(error, Exception):  # Ctrl-C is for this thread
                raise
        else:
            for each, answer in zip(batch, answers, strict=True):
                each.found = answer
        finally:
            with self._changed:
                for each in batch:
                    each.is_done = True
                self._changed.notify_all()

    def _rows(self, inputs: Inputs, pixels: int) -> Tensor:
        """All rows at once, or, where the device is full, one half of them after the other."""
        first = inputs[0]
        assert first is not None  # noqa: S101, see Inputs
        try:
            found = self._run(*inputs)
            if found.is_cuda:  # it only queues its work; the device is idle when that is done
                torch.cuda.current_stream(found.device).synchronize()
            return found
        except torch.OutOfMemoryError as error:
            if len(first) == 1:
                raise device_full() from error
        # outside of the handler, whose traceback would keep what did not fit
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        middle = len(first) // 2
        self._ceiling, self._careful_until = pixels // 2, time.monotonic() + CAREFUL_SECONDS
        halves = [tuple(None if each is None else each[rows] for each in inputs) for rows in _halves(middle)]
        return torch.cat([self._rows(half, pixels // 2) for half in halves])


class _Pass:
    """One thread's question."""

    def __init__(self, inputs: Inputs, pixels: int, urgent: bool) -> None:
        assert inputs[0] is not None  # noqa: S101, see Inputs
        self.inputs, self.pixels, self.urgent = inputs, pixels, urgent
        self.rows = len(inputs[0])
        self.kind = (urgent, *(None if each is None else (each.shape[1:], each.dtype) for each in inputs))
        self.is_taken = self.is_done = False
        self.found: Tensor | None = None
        self.error: BaseException | None = None

    def answer(self) -> Tensor:
        if isinstance(self.error, MattingError):
            raise self.error
        if self.error is not None:  # several threads raise it: each its own
            raise RuntimeError(f"the network failed ({type(self.error).__name__}: {self.error})") from self.error
        assert self.found is not None  # noqa: S101, it is done
        return self.found


def _halves(middle: int) -> tuple[slice, slice]:
    return slice(None, middle), slice(middle, None)


def device_full() -> DeviceFullError:
    return DeviceFullError(
        "The memory of the device is full, so this could not be computed: try again in a moment. If it goes on, let "
        "less run beside the studio, or raise MATTELOOP_DEVICE_MEMORY_MEGABYTES."
    )


@contextmanager
def within_memory() -> Iterator[None]:
    """What the device has no room for, in here, is a DeviceFullError."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise device_full() from error
