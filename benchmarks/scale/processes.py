"""Real processes of the program, what they say, and how much of the processors they take."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1")
PATIENCE_SECONDS = 600.0
"""Until a process is up, or a photo drafted, on a computer that others keep busy."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process of `python app.py`. said: the file of its log, a line of JSON for each event."""

    name: str
    process: "subprocess.Popen[bytes]"
    said: Path

    def lines(self) -> list[dict[str, Any]]:
        """What it has logged; lines of others, and one that is being written, are left out."""
        found = []
        for line in self.said.read_bytes().splitlines():
            if line.startswith(b"{"):
                try:
                    found.append(json.loads(line))
                except ValueError:
                    continue
        return found

    def told(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line.get("event") == event]

    def cpu_seconds(self) -> float:
        """So far, its children included."""
        return cpu_seconds(self.process.pid)

    def check(self) -> None:
        """Raise RuntimeError, with the end of its log, if it has ended."""
        if self.process.poll() is not None:
            end = self.said.read_text("utf-8", "replace")[-2000:]
            raise RuntimeError(f"{self.name} has ended with status {self.process.returncode}:\n{end}")


@contextmanager
def programs(
    commands: dict[str, list[str]], environments: dict[str, dict[str, str]], folder: Path
) -> Iterator[list[Program]]:
    """Start them all, by their names, and end them in good order. Their logs go to `folder`."""
    with ExitStack() as stack:
        started = []
        for name, command in commands.items():
            said = folder / f"{name}.log"
            out = stack.enter_context(said.open("wb"))
            environment = environments[name] | ONE_THREAD | {"MATTELOOP_LOG_FORMAT": "json"}
            whole = [sys.executable, str(ROOT / "app.py"), *command]
            process = subprocess.Popen(whole, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT)
            stack.callback(_end, process)
            started.append(Program(name, process, said))
        yield started


def wait_for(condition: Callable[[], object], *, of: list[Program], what: str) -> None:
    """Until it holds. Raises RuntimeError where one of the programs ends meanwhile, or patience does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        for program in of:
            program.check()
        if time.monotonic() > end:
            raise RuntimeError(f"not within {PATIENCE_SECONDS:.0f} s: {what}")
        time.sleep(0.1)


def cpu_seconds(pid: int) -> float:
    """Of a process and its children that live."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(each.cpu_times().user + each.cpu_times().system for each in family)
    except psutil.NoSuchProcess:
        return 0.0


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
