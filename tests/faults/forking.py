"""Processes that start at once: a server that has imported everything forks them.

It is multiprocessing's own "forkserver", started when it is first needed, and ends with the tests. It must have one
thread only, and does: a lock that another thread holds would stay locked in the child for ever.
"""

import contextlib
import importlib
import multiprocessing
import os
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
PROCESSES = "faults.processes"  # imported by the server, not here: it takes seconds
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent))),
}


def fork(what: str, *arguments: Any, log: Path) -> BaseProcess:
    """Run a function of processes.py in a process group of its own; what it says is appended to `log`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", PROCESSES])
    process = context.Process(target=_run, args=(what, arguments, log), daemon=True)
    with _environment():
        process.start()
    return process


def _run(what: str, arguments: tuple[Any, ...], log: Path) -> None:
    processes = importlib.import_module(PROCESSES)
    processes.prepare(log)
    getattr(processes, what)(*arguments)


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    """What the server finds, should it be started now."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
