"""A real studio that can be killed at any moment and started again, at the same address and on the same data."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class BreakableStudio:
    """folder: the data folder; it may hold photos already. settings: by their names, as ``training_steps``."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        self._settings = {f"MATTELOOP_{name.upper()}": str(value) for name, value in settings.items()}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Returns once it answers."""
        settings = {**self._settings, "MATTELOOP_DATA_DIR": str(self.folder), "MATTELOOP_PORT": str(self.port)}
        self._process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if re.search(r"http://\S+", line):
                return
        raise AssertionError("the studio ended before it said where it is")

    def kill(self) -> None:
        """As a power cut would: no time to write anything."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        if self._process is not None:
            self._end(signal.SIGINT)

    def _end(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(120)
        self._process = None
