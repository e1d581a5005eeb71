"""A studio that is told to close while people draw: what is in hand is answered, and what was acknowledged is there."""

import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from small_images import draft

from annotation_store.corrections import open_document
from annotation_store.store import DATABASE_FILE, open_store
from faults.mortal_studio import PATIENCE_SECONDS, MortalStudio
from faults.ordeal import Ordeal
from training.built_in_models import register_built_in_models

LIVES = 3


@contextmanager
def the_pen(folder: Path) -> Iterator[None]:
    """Nobody else writes meanwhile: a stroke is in hand for as long."""
    with closing(sqlite3.connect(folder / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def stroke_in_hand(port: int, image: int, body: dict[str, Any]) -> Iterator[socket.socket]:
    """A stroke that the studio has begun to read, and all of which is sent."""
    data = json.dumps(body).encode()
    head = (
        f"POST /api/v1/images/{image}/edits HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        connection.sendall(data)
        yield connection


def answer_of(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stroke_in_hand_is_acknowledged_and_stored_before_the_studio_ends(
    tmp_path: Path, number: signal.Signals
) -> None:
    studio = MortalStudio(tmp_path / "data", beside=tmp_path)
    store = open_store(studio.folder)
    register_built_in_models(store)
    image = draft(store, "cup_1.png", 1)
    studio.start()
    try:
        studio.wait_until_it_answers()
        place = httpx.get(f"{studio.address}/api/v1/images/{image.id}", timeout=PATIENCE_SECONDS).json()
        stroke = {"tool": "brush", "ink": "foreground", "radius": 12, "points": [[40, 40]]}
        body = {"revision": place["revision"], "position": 0, "edits": [{"key": "k-1", "edit": stroke}]}
        with ExitStack() as in_hand:
            with the_pen(studio.folder):
                connection = in_hand.enter_context(stroke_in_hand(studio.port, image.id, body))
                assert studio._process is not None
                assert studio._process.pid is not None
                os.kill(studio._process.pid, number)
                assert not studio.dies_within(1)  # it waits for the stroke
            answer = answer_of(connection)
        assert answer.startswith(b"HTTP/1.1 200"), answer
        assert b'"position":1' in answer
        assert studio.dies_within(PATIENCE_SECONDS)
        assert studio._process.exitcode == 0
        assert open_document(store, image.id).position == 1
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", studio.port), PATIENCE_SECONDS)
    finally:
        studio.kill(together=True)
        store.database.close()


@pytest.mark.slow
def test_a_studio_that_is_closed_again_and_again_loses_nothing(tmp_path: Path, seed: str) -> None:
    with Ordeal(tmp_path, seed=seed) as ordeal:
        for _ in range(LIVES):
            ordeal.studio.start()
            ordeal.studio.wait_until_it_answers()
            time.sleep(ordeal.chance.uniform(0.2, 1.5))
            ordeal.studio.close()
            ordeal.examine()
        ordeal.end()
        assert sum(map(len, ordeal.promises.logs.values())) > LIVES
