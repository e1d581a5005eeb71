"""Web processes of one studio, as ``python app.py serve`` each: on folders of their own, without workers."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180.0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


class WebProcess:
    """At the same address whenever it is started. settings: by their names, as ``database_url``."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder.with_suffix(".log")
        usual = {"data_dir": folder, "port": self.port, "own_worker": "false", "device": "cpu", "threads": 1}
        self._environment = {
            **os.environ,
            **{f"MATTELOOP_{name.upper()}": str(value) for name, value in {**usual, **settings}.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns at once; see `wait_until_ready`."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "app.py", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.is_ready():
            assert self._process is not None
            assert self._process.poll() is None, f"the process has ended:\n{self.log.read_text()[-3000:]}"
            assert time.monotonic() < end, f"the process does not answer:\n{self.log.read_text()[-3000:]}"
            time.sleep(0.1)

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def close(self) -> None:
        """In order, if it runs."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE_SECONDS)
            self._process = None
