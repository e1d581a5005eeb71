"""Workers of one studio, as ``python app.py worker`` each: on folders of their own, as on computers of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from annotation_store import schema
from annotation_store.kinds import RevisionKind
from annotation_store.store import Store
from annotation_store.workers.workers import WorkerRecord, list_workers

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 240.0


class WorkerProcess:
    """folder: its data folder, which is there. settings: by their names, as ``database_url``."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.log = folder.with_suffix(".log")
        usual = {"data_dir": folder, "device": "cpu", "threads": 1}
        environment = {f"MATTELOOP_{name.upper()}": str(value) for name, value in {**usual, **settings}.items()}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "app.py", "worker"],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def signed_on(self, store: Store) -> WorkerRecord | None:
        """As the studio knows it; None until then, and once it is gone."""
        return next((worker for worker in list_workers(store) if worker.pid == self.pid), None)

    def wait_until(self, condition: Callable[[], object], *, what: str) -> None:
        """Fails if this worker ends before."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert self._process.poll() is None, f"the worker has ended:\n{self.log.read_text()[-3000:]}"
            assert time.monotonic() < end, f"{what} did not come about:\n{self.log.read_text()[-3000:]}"
            time.sleep(0.05)

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """As a computer does that is put to sleep."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """In order, if it runs."""
        if self._process.poll() is None:
            self.go_on()
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()
                raise


def data_folder(folder: Path, store: Store) -> Path:
    """A new one, of another computer than the store's, which shares nothing but the blobs with it."""
    folder.mkdir()
    (folder / "blobs").symlink_to(store.folder / "blobs")
    return folder


def drafts_of_each(store: Store) -> dict[int, int]:
    """How many drafts were ever stored of each image."""
    revision = schema.Revision
    query = select(revision.image_id, func.count()).filter_by(kind=RevisionKind.DRAFT).group_by(revision.image_id)
    with store.database.read() as session:
        return {image: number for image, number in session.execute(query)}  # noqa: C416, rows are no pairs to dict
