"""The processes of a training on this computer: one for each GPU, or several on its CPU."""

import multiprocessing
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import distributed

from matting_core.errors import MattingError
from training.batches.sample_stream import start_worker
from training.distributed.desk import Desk, News
from training.distributed.group_fabric import fabric_in_group
from training.distributed.task import End, Task, carry_out
from training.learning.loop import Progress

LOOPBACK = "lo"


class ProcessLostError(MattingError):
    """A process of the training has ended without a word."""


class LocalGroup:
    """A `following.Group`. Leave `at_work` to end it."""

    def __init__(self, desk: Desk, processes: list[SpawnProcess]) -> None:
        self._desk, self._processes = desk, processes

    def news(self, known: int) -> News:
        return self._desk.news(known)

    def stop(self) -> None:
        self._desk.stop()

    def check(self) -> None:
        fallen = [process for process in self._processes if process.exitcode]
        if fallen:
            raise ProcessLostError(
                f"One of the {len(self._processes)} processes of this training has ended (status "
                f"{fallen[0].exitcode}), most often because memory ran out; its log says more. Train with fewer "
                "(MATTELOOP_TRAINING_PROCESSES). What serves is unchanged."
            )


@contextmanager
def at_work(task: Task, *, processes: int, kind: str, state: bytes | None = None) -> Iterator[LocalGroup]:
    """Have the task carried out by so many processes, which are ended with the context. kind: cpu or cuda; of GPUs,
    each process has its own. state: to go on from."""
    context = multiprocessing.get_context("spawn")
    desk = Desk(state)
    with TemporaryDirectory(prefix="matteloop-training-") as folder:
        ours, theirs = context.Pipe()
        workers = [
            context.Process(target=_work, args=(task, rank, processes, kind, Path(folder), theirs), daemon=True)
            for rank in range(processes)
        ]
        try:
            for worker in workers:
                worker.start()
            theirs.close()
            threading.Thread(target=_serve, args=(ours, desk), name="desk", daemon=True).start()
            yield LocalGroup(desk, workers)
        finally:
            for worker in workers:
                if worker.pid is not None:
                    worker.kill()
                    worker.join()


def _serve(calls: Connection, desk: Desk) -> None:
    """Answer the first process's words to the desk, until it is gone."""
    with suppress(EOFError, OSError), calls:
        while True:
            method, arguments = calls.recv()
            calls.send(getattr(desk, method)(*arguments))


class _DeskBehindPipe:
    """A `task.Driver`: the driver's desk, from another process."""

    def __init__(self, calls: Connection) -> None:
        self._calls = calls

    def state(self) -> bytes | None:
        found: bytes | None = self._ask("state")
        return found

    def tell(self, row: Progress) -> bool:
        return bool(self._ask("tell", row))

    def keep(self, state: bytes) -> None:
        self._ask("keep", state)

    def end(self, end: End) -> None:
        self._ask("end", end)

    def _ask(self, method: str, *arguments: object) -> Any:
        self._calls.send((method, arguments))
        return self._calls.recv()


def _work(task: Task, rank: int, of: int, kind: str, folder: Path, calls: Connection) -> None:
    """One process, from its start to its end."""
    start_worker()  # ends with its driver, even if that is killed
    torch.set_num_threads(task.threads)
    own = folder / str(rank)
    own.mkdir()
    device = torch.device("cuda", rank) if kind == "cuda" else torch.device("cpu")
    if LOOPBACK in (name for _, name in socket.if_nameindex()):
        # else Gloo asks the network for this computer's name, and listens there
        os.environ["GLOO_SOCKET_IFNAME"] = LOOPBACK
    backend = "nccl" if kind == "cuda" else "gloo"
    distributed.init_process_group(backend, init_method=f"file://{folder}/meeting", rank=rank, world_size=of)
    carry_out(task, fabric_in_group(device), _DeskBehindPipe(calls), own)
    distributed.destroy_process_group()
