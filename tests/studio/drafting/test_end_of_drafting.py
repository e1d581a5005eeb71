"""The end of a worker: drafting comes to its own, or what a cluster has in work waits again."""

import threading
import time

from small_images import take_in

from annotation_store import drafts, gallery
from annotation_store.states import ImageState
from annotation_store.workers import workers
from annotation_store.workers.places import Place
from studio.drafting import draft_waiting, see_it_end

ELSEWHERE = Place("another-computer", 1)


def in_work(studio, number, worker):
    image = take_in(studio.store, f"cup_{number}.png", number)
    assert drafts.claim_for_drafting(studio.store, image.id, worker_id=worker.id) is not None
    return image


def test_the_photo_in_work_gets_its_draft_first(studio):
    images = [take_in(studio.store, f"cup_{number}.png", number) for number in range(3)]
    stop, begun, goes_on = threading.Event(), threading.Event(), threading.Event()

    def on_image(_image, _done):
        begun.set()
        goes_on.wait(30)

    drafting = threading.Thread(target=lambda: draft_waiting(studio.store, studio.live, on_image=on_image, until=stop))
    drafting.start()
    assert begun.wait(60)
    stop.set()
    threading.Timer(0.2, goes_on.set).start()
    see_it_end(studio.store, within=60)
    states = [gallery.get_image(studio.store, image.id).state for image in images]
    assert states == [ImageState.READY, ImageState.WAITING, ImageState.WAITING]
    drafting.join(60)


def test_what_a_cluster_still_has_in_work_for_this_process_waits_again_at_last(studio, monkeypatch):
    ours = workers.sign_on(studio.store, name=workers.CLUSTER)
    others = workers.sign_on(studio.store, name=workers.CLUSTER, place=ELSEWHERE)
    by_itself = workers.sign_on(studio.store, name="worker")
    images = [in_work(studio, number, worker) for number, worker in enumerate((ours, others, by_itself))]
    held = threading.Lock()
    monkeypatch.setattr("studio.drafting.waiting._one_at_a_time", held)
    with held:
        began = time.monotonic()
        see_it_end(studio.store, within=0.1)
    assert time.monotonic() - began >= 0.1
    states = [gallery.get_image(studio.store, image.id).state for image in images]
    assert states == [ImageState.WAITING, ImageState.DRAFTING, ImageState.DRAFTING]
    assert [worker.id for worker in workers.list_workers(studio.store)] == [others.id, by_itself.id]
