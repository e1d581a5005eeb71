"""On a cluster of two small nodes and a head that does nothing, all on this computer."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import drafting_nodes
import numpy as np
import pytest
from drafting_nodes import BAD, DEADLY, DEADLY_LATE
from small_images import take_in

from annotation_store import gallery, revisions
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from annotation_store.workers import workers
from studio.drafting import Cluster, draft_waiting

pytestmark = pytest.mark.scale

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
QUICK = {"worker_process_setup_hook": "drafting_nodes.be_quick"}


@pytest.fixture(scope="module")
def local_cluster(tmp_path_factory):
    """Nodes that find the settings of a studio in their environment, and what to draft with in tests."""
    ray = pytest.importorskip("ray", reason="pip install -r requirements-extra.txt to run this test")
    from ray.cluster_utils import Cluster as LocalCluster

    folder = tmp_path_factory.mktemp("nodes") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATTELOOP_DATA_DIR", str(folder))
        patch.setenv("MATTELOOP_DEVICE", "cpu")
        patch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), str(ROOT / "tests"), str(ROOT)]))
        cluster = LocalCluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        cluster.data_folder = folder
        for _ in range(2):
            cluster.add_node(num_cpus=1)
        ray.init(address=cluster.address, log_to_driver=False, runtime_env=QUICK)
        yield cluster
        ray.shutdown()
        cluster.shutdown()


@pytest.fixture
def ray_cluster(local_cluster, studio):
    """The nodes open this studio."""
    local_cluster.data_folder.unlink(missing_ok=True)
    local_cluster.data_folder.symlink_to(studio.store.folder)
    return local_cluster


def draft_there(studio, **told):
    return draft_waiting(studio.store, studio.live, cluster=Cluster("auto", else_here=False), **told)


def states(studio, images):
    return [gallery.get_image(studio.store, image.id).state for image in images]


def revisions_of(studio, images):
    return [len(revisions.list_revisions(studio.store, image.id)) for image in images]


def test_a_photo_over_which_processes_fall_fails_and_the_others_get_their_drafts(studio, ray_cluster):
    widths = [96, 96, BAD, 96, DEADLY, 96, 96, DEADLY_LATE, 96, 96]
    images = [take_in(studio.store, f"cup_{n}.png", n, width=width) for n, width in enumerate(widths)]
    told = []
    assert draft_there(studio, on_image=lambda image, done: told.append((image.id, done))) == 7
    expected = [ImageState.READY if width == 96 else ImageState.FAILED for width in widths]
    assert states(studio, images) == expected
    assert sorted(told) == [
        (image.id, state is ImageState.READY) for image, state in zip(images, expected, strict=True)
    ]
    assert revisions_of(studio, images) == [int(width == 96) for width in widths]
    reasons = [gallery.get_image(studio.store, images[each].id).failure for each in (2, 4, 7)]
    assert reasons == ["This photo shows nothing.", workers.FALLEN, workers.FALLEN]


def test_what_is_in_work_is_finished_once_it_is_to_stop_and_nothing_stays_claimed(studio, ray_cluster):
    images = [take_in(studio.store, f"cup_{number}.png", number) for number in range(60)]
    stop, told = threading.Event(), []

    def tell(image: ImageRecord, done: bool) -> None:
        told.append(image.id)
        if len(told) == 5:
            stop.set()

    drafted = draft_there(studio, on_image=tell, until=stop)
    assert 5 <= drafted < 60
    assert len(told) == drafted
    assert states(studio, images).count(ImageState.READY) == drafted
    assert states(studio, images).count(ImageState.WAITING) == 60 - drafted


def test_another_run_goes_on_where_one_was_killed(studio, ray_cluster, eventually):
    images = [take_in(studio.store, f"cup_{number}.png", number) for number in range(60)]
    program = (
        "import sys, ray; from pathlib import Path; from annotation_store.store import open_store;"
        "from studio.drafting import Cluster, draft_waiting; from studio.device.live_model import LiveModel;"
        f"ray.init(address={ray_cluster.address!r}, runtime_env={QUICK!r});"
        f"store = open_store(Path({str(studio.store.folder)!r}));"
        "draft_waiting(store, LiveModel(store, device='cpu'), cluster=Cluster('auto'))"
    )
    killed = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    try:
        eventually(lambda: states(studio, images).count(ImageState.READY) > 10, within=240)
    finally:
        killed.kill()
        killed.wait()
    before = states(studio, images).count(ImageState.READY)
    assert before < 60
    assert draft_there(studio) >= 59 - before  # what was being stored just then may have been stored
    assert states(studio, images) == [ImageState.READY] * 60
    assert revisions_of(studio, images) == [1] * 60


def test_two_hundred_photos_get_one_draft_each_although_a_computer_is_lost(studio, ray_cluster):
    images = [take_in(studio.store, f"cup_{number}.png", number) for number in range(200)]
    times = []

    def tell(image: ImageRecord, done: bool) -> None:
        times.append(time.monotonic())
        assert done, gallery.get_image(studio.store, image.id).failure
        if len(times) == 70:
            ray_cluster.remove_node(ray_cluster.list_all_nodes()[-1], allow_graceful=False)

    began = time.monotonic()
    drafted = draft_there(studio, on_image=tell)
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
