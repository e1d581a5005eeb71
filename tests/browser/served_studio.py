"""A studio that is served in this process, whose store a test can look into."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from studio.settings import Settings
from studio.studio import Studio, open_studio
from studio.web import create_app


@dataclass(frozen=True)
class Served:
    studio: Studio
    address: str


@contextmanager
def served_studio(folder: Path) -> Iterator[Served]:
    studio = open_studio(Settings(_env_file=None, data_dir=folder, operator="keiko", port=0))
    server = uvicorn.Server(uvicorn.Config(create_app(studio), port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Served(studio, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    server.should_exit = True
    thread.join()
