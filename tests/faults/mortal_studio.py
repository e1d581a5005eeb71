"""A studio that is forked, dies, and is forked again: at the same address and on the same data."""

import contextlib
import os
import signal
import socket
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from faults.deaths import Death
from faults.forking import fork

PATIENCE_SECONDS = 120.0


class MortalStudio:
    """folder: the data folder. In `beside` lie the logs of its processes and what pages were given.

    While there is a file `halt` in it, no draft is made.
    """

    def __init__(self, folder: Path, *, beside: Path) -> None:
        self.folder = folder
        self.log = beside / "studio.log"
        self.commands_log = beside / "commands.log"
        self.halt = beside / "halt"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: BaseProcess | None = None

    def start(self, death: Death | None = None) -> None:
        """Returns at once; see `wait_until_it_answers`."""
        settings = {"data_dir": self.folder, "port": self.port, "operator": "keiko", "device": "cpu", "threads": 1}
        self._process = fork("serve_studio", settings, death, self.halt, log=self.log)

    def wait_until_it_answers(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.address}/api/v1/desk/today?offset_minutes=0", timeout=PATIENCE_SECONDS)
                return
            assert not self.dies_within(0.02), f"the studio has fallen: see {self.log}"
            assert time.monotonic() < end, f"the studio does not answer: see {self.log}"

    def dies_within(self, seconds: float) -> bool:
        """Whether it is dead, by then at the latest."""
        assert self._process is not None
        self._process.join(seconds)
        return not self._process.is_alive()

    def kill(self, *, together: bool) -> None:
        """As the kernel does when memory runs out; together: with its worker, as a power cut does."""
        assert self._process is not None
        assert self._process.pid is not None
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if together else os.kill)(self._process.pid, signal.SIGKILL)
        self._process.join()

    def close(self) -> None:
        """In order, as Ctrl-C does."""
        assert self._process is not None
        self._process.terminate()
        self._process.join(PATIENCE_SECONDS)
        assert self._process.exitcode == 0

    def command(self, *arguments: str, death: Death | None = None) -> BaseProcess:
        """Start ``python app.py ARGUMENTS`` on the same data."""
        return fork("run_command", [*arguments, "--data-dir", str(self.folder)], death, log=self.commands_log)
