"""What becomes of photos whose cluster does not draft; without any cluster."""

import sys
import threading
import time

import pytest
import structlog
from drafting_nodes import DiscByWidth
from small_images import take_in

from annotation_store import drafts, gallery
from annotation_store.errors import StoreBusyError
from annotation_store.states import ImageState
from annotation_store.workers import workers
from matting_core.errors import MissingPackageError
from studio.drafting import Cluster, cluster_in, draft_is_due, draft_waiting, steps
from studio.drafting import waiting as waiting_module
from studio.drafting.claims import sign_off_surely
from studio.drafting.on_ray import driver
from studio.drafting.on_ray.cluster import LEAST_WAITING, connected
from training.distributed.ray_cluster import ClusterError


@pytest.fixture(autouse=True)
def discs(monkeypatch):
    monkeypatch.setattr(steps, "chosen_drafter", lambda *_: DiscByWidth())


@pytest.fixture
def images(studio):
    return [take_in(studio.store, f"cup_{number}.png", number) for number in range(3)]


@pytest.fixture
def asked(monkeypatch):
    """How often the cluster was asked, each time in vain."""
    times = []

    def refuse(*_given, **_named):
        times.append(1)
        raise ClusterError("nobody is there")

    monkeypatch.setattr(driver, "draft_on_ray", refuse)
    return times


def states(studio, images):
    return [gallery.get_image(studio.store, image.id).state for image in images]


def test_a_cluster_that_cannot_be_reached_is_told_in_the_log_and_photos_are_drafted_here(studio, images, asked):
    with structlog.testing.capture_logs() as lines:
        assert draft_waiting(studio.store, studio.live, cluster=Cluster("nowhere:1", least=1)) == 3
    assert [line["reason"] for line in lines if line["log_level"] == "error"] == ["nobody is there"]
    assert states(studio, images) == [ImageState.READY] * 3


def test_it_is_asked_again_after_a_while(studio, images, asked, monkeypatch):
    monkeypatch.setattr(waiting_module, "ASK_AGAIN_SECONDS", 0.01)
    plain = steps.begin

    def slowly(*given):
        threading.Event().wait(0.02)
        return plain(*given)

    monkeypatch.setattr(steps, "begin", slowly)
    assert draft_waiting(studio.store, studio.live, cluster=Cluster("nowhere:1", least=1)) == 3
    assert len(asked) == 3


def test_who_does_not_want_to_draft_here_is_told(studio, images, asked):
    with pytest.raises(ClusterError):
        draft_waiting(studio.store, studio.live, cluster=Cluster("nowhere:1", least=1, else_here=False))
    assert states(studio, images) == [ImageState.WAITING] * 3


def test_for_a_few_photos_no_cluster_is_asked(studio, images, asked):
    assert len(images) < LEAST_WAITING
    assert draft_waiting(studio.store, studio.live, cluster=Cluster("nowhere:1")) == 3
    assert asked == []


def test_without_ray_it_is_said_what_to_install(studio, images, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingPackageError, match=r"MATTELOOP_RAY_ADDRESS.* needs the Python package ray"):
        draft_waiting(studio.store, studio.live, cluster=Cluster("nowhere:1", least=1, else_here=False))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "[::1]:1"])
def test_where_nobody_listens_it_is_said_within_seconds(address):
    pytest.importorskip("ray", reason="pip install -r requirements-extra.txt to run this test")
    began = time.monotonic()
    with pytest.raises(ClusterError, match="whether it runs"), connected(Cluster(address)):
        pass
    assert time.monotonic() - began < 60  # most of it importing Ray; Ray by itself tries for minutes


def test_the_setting_names_the_cluster(settings):
    assert cluster_in(settings) is None
    named = settings.model_copy(update={"ray_address": "head:6379"})
    assert cluster_in(named) == Cluster("head:6379")


def test_what_a_run_could_not_give_back_waits_again_with_the_next_call(studio, images, monkeypatch):
    me = workers.sign_on(studio.store, name="ray").id
    drafts.claim_for_drafting(studio.store, images[0].id, worker_id=me)

    def refuse(*_):
        raise StoreBusyError

    with monkeypatch.context() as busy:
        busy.setattr(workers, "sign_off", refuse)
        sign_off_surely(studio.store, me)
    assert states(studio, images)[0] is ImageState.DRAFTING
    assert draft_is_due(studio.store)
    assert draft_waiting(studio.store, studio.live) == 3
    assert not draft_is_due(studio.store)
