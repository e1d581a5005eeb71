"""On a cluster of two small nodes and a head that does nothing, all on this computer."""

import os
import time
from pathlib import Path

import drafting_nodes
import numpy as np
import pytest
from small_images import take_in

from annotation_store import gallery, revisions
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


def finished(studio, images):
    return [gallery.get_image(studio.store, image.id).state for image in images].count(ImageState.READY)


def revisions_of(studio, images):
    return [len(revisions.list_revisions(studio.store, image.id)) for image in images]


def test_two_hundred_photos_get_one_draft_each_although_a_computer_is_lost(studio, ray_cluster, tmp_path):
    images = [take_in(studio.store, f"cup_{number}.png", number) for number in range(200)]
    times = []

    def tell(image: ImageRecord, done: bool) -> None:
        times.append(time.monotonic())
        assert done, gallery.get_image(studio.store, image.id).failure
        if len(times) == 70:
            ray_cluster.remove_node(ray_cluster.nodes.pop(), allow_graceful=False)

    began = time.monotonic()
    drafted = draft_waiting(studio.store, studio.live, on_image=tell, cluster=Cluster("auto", else_here=False))
    print(f"first {times[0] - began:.1f} s, {200 / (times[-1] - times[0]):.2f} a second, {times[-1] - began:.1f} s")
    assert drafted == 200
    assert states(studio, images) == [ImageState.READY] * 200
    assert revisions_of(studio, images) == [1] * 200
    assert len(workers.list_workers(studio.store)) == 0
    for image in images[::23]:
        head = revisions.get_revision(studio.store, gallery.get_image(studio.store, image.id).head_revision_id)
        rgb = gallery.load_photo(studio.store, image).rgb
        trimap = drafting_nodes.DiscByWidth().draft(rgb, None).trimap
        kept, alpha = revisions.load_matte(studio.store, head)
        assert (kept == trimap).all()
        assert (np.round(alpha * 65535) == np.round(drafting_nodes.Mortal().predict(rgb, trimap) * 65535)).all()
