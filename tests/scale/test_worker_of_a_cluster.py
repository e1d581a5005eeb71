"""A worker as ``python app.py worker``, and the cluster it asks, as ``ray start``: the way of docs/cluster.md."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from small_images import take_in
from worker_processes import ROOT, WorkerProcess, data_folder, drafts_of_each

from annotation_store import gallery
from annotation_store.keeping.doctor import examine, is_sound
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.workers import workers
from studio.jobs.jobs import open_jobs

pytestmark = pytest.mark.scale

PHOTOS, BEFORE_ITS_END = 200, 6
PATIENCE_SECONDS = 120


@pytest.fixture
def cluster(tmp_path: Path, store: Store, postgresql_url: str) -> Iterator[str]:
    """The address of one node, which knows the studio by its own environment."""
    pytest.importorskip("ray", reason="pip install -r requirements-extra.txt to run this test")
    address = f"127.0.0.1:{_free_port()}"
    sockets = tempfile.mkdtemp(prefix="ray-")  # a socket's path has room for 107 characters
    environment = {
        "MATTELOOP_DATA_DIR": str(data_folder(tmp_path / "node", store)),
        "MATTELOOP_DATABASE_URL": postgresql_url,
        "MATTELOOP_DEVICE": "cpu",
        "MATTELOOP_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",  # nothing is at work in the end
    }
    options = {"port": address.rpartition(":")[2], "node-ip-address": "127.0.0.1", "num-cpus": "2"}
    command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--include-dashboard=false"]
    command += [f"--{name}={value}" for name, value in {**options, "temp-dir": sockets}.items()]
    with (tmp_path / "ray.log").open("wb") as log:
        node = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(address, node, tmp_path / "ray.log")
        yield address
    finally:
        node.terminate()
        node.wait(PATIENCE_SECONDS)
        shutil.rmtree(sockets, ignore_errors=True)


def test_a_worker_that_is_told_to_end_leaves_nothing_in_work_at_its_cluster_and_the_next_goes_on(
    tmp_path: Path, store: Store, postgresql_url: str, cluster: str
) -> None:
    settings = {"database_url": postgresql_url, "jobs_url": postgresql_url, "work": "drafts"}
    photos = [take_in(store, f"cup_{number:02}.png", number) for number in range(PHOTOS)]
    first = WorkerProcess(data_folder(tmp_path / "first", store), **settings, ray_address=cluster)
    try:
        open_jobs(store, postgresql_url).draft()
        first.wait_until(lambda: count(store, ImageState.READY) >= BEFORE_ITS_END, what="drafting")
        assert "drafting by the cluster" in first.log.read_text()
    finally:
        first.close()

    left = count(store, ImageState.WAITING)
    assert left > 0
    assert count(store, ImageState.READY) == PHOTOS - left
    assert workers.photos_in_work(store) == {}
    assert workers.list_workers(store) == ()
    assert [drafts for drafts in drafts_of_each(store).values() if drafts != 1] == []

    second = WorkerProcess(data_folder(tmp_path / "second", store), **settings, ray_address=cluster)
    try:
        second.wait_until(lambda: count(store, ImageState.READY) == PHOTOS, what="drafting the rest")
    finally:
        second.close()
    assert drafts_of_each(store) == dict.fromkeys((image.id for image in photos), 1)
    findings = list(examine(store))
    assert is_sound(findings), findings


def count(store: Store, state: ImageState) -> int:
    return gallery.count_by_state(store)[state]


def _wait_for(address: str, node: subprocess.Popen[bytes], log: Path) -> None:
    host, _, port = address.partition(":")
    end = time.monotonic() + PATIENCE_SECONDS
    while "Ray runtime started" not in log.read_text():
        assert node.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.2)
    socket.create_connection((host, int(port)), timeout=10).close()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
