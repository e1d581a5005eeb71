"""On a cluster of two small nodes and a head that does nothing, all on this computer."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import drafting_nodes
import pytest
from drafting_nodes import BAD, DEADLY, DEADLY_LATE
from small_images import take_in

from annotation_store import drafts, gallery, revisions
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from annotation_store.workers import workers
from studio.drafting import draft_waiting
from studio.drafting.on_ray.cluster import Cluster

pytestmark = pytest.mark.scale

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture
def ray_cluster(studio, monkeypatch):
    """Nodes with the settings of the studio in their environment, and what they draft with in tests."""
    ray = pytest.importorskip("ray", reason="pip install -r requirements-extra.txt to run this test")
    from ray.cluster_utils import Cluster as LocalCluster

    monkeypatch.setenv("MATTELOOP_DATA_DIR", str(studio.store.folder))
    monkeypatch.setenv("MATTELOOP_DEVICE", "cpu")
    paths = [str(HERE), str(ROOT / "tests"), str(ROOT)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    cluster = LocalCluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    cluster.nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    ray.init(
        address=cluster.address,
        log_to_driver=False,
        runtime_env={"worker_process_setup_hook": "drafting_nodes.be_quick"},
    )
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def states(studio, images):
    return [gallery.get_image(studio.store, image.id).state for image in images]


def test_a_cluster_drafts_what_waits(studio, ray_cluster):
    images = [take_in(studio.store, f"cup_{n}.png", n) for n in range(12)]
    began = time.monotonic()
    assert draft_waiting(studio.store, studio.live, cluster=Cluster("auto", else_here=False)) == 12
    print("seconds", time.monotonic() - began)
    assert states(studio, images) == [ImageState.READY] * 12
