"""A Redis server for tests, started on a free port of this computer."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

PASSWORD = "s3cret"  # noqa: S105, of a server for one test


class RedisServer:
    """url: with its password. It can be stopped and started again, with nothing kept meanwhile."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder, self._port = program, folder, _free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = {"port": self._port, "bind": "127.0.0.1", "dir": self._folder, "save": "", "requirepass": PASSWORD}
        command = [self._program, *(str(part) for name, value in options.items() for part in (f"--{name}", value))]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < end, "no Redis within a minute"
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """Skips the test where there is no server to start, or no package to speak with it."""
    pytest.importorskip("redis", reason="pip install -r requirements-extra.txt, to run this test")
    if (program := shutil.which("redis-server")) is None:
        pytest.skip("no `redis-server` on the PATH: install it (Debian: apt-get install redis-server) to run this test")
    server = RedisServer(program, folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
