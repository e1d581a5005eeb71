"""Drafting whatever waits, in the way that fits: one at a time, several in work, or by a cluster."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from annotation_store import drafts, gallery
from annotation_store.errors import NOT_NOW
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.workers import workers
from annotation_store.workers.places import here
from matting_core.errors import MissingPackageError
from studio.device.live_model import LiveModel
from studio.drafting.ahead import draft_ahead
from studio.drafting.claims import holds_any, postpone_held
from studio.drafting.in_turn import IsOver, Tell, draft_in_turn
from studio.drafting.on_ray.cluster import Cluster
from studio.drafting.outcomes import Outcome
from training.distributed.ray_cluster import ClusterError

log = structlog.get_logger()

OnImage = Callable[[ImageRecord, bool], None]

ASK_AGAIN_SECONDS = 60.0
"""So long photos are drafted here once the cluster has failed."""

_one_at_a_time = threading.Lock()


def draft_waiting(
    store: Store,
    live: LiveModel,
    *,
    worker_id: Callable[[], int] | None = None,
    on_image: OnImage | None = None,
    until: threading.Event | None = None,
    ahead: bool = False,
    cluster: Cluster | None = None,
) -> int:
    """Draft until no image waits; returns how many were drafted. A second call meanwhile returns at once.

    One photo that cannot be drafted is noted as failed and does not stop the others; one that another process has taken
    meanwhile is left to that one. Raises one of NOT_NOW where the disk is full, say: all images then go on waiting,
    and a later call drafts them. Whatever else ends it, Ctrl-C say, no image stays claimed either.

    worker_id: the number under which this process has signed on, asked for at each claim. on_image: told each image
    and whether its draft was made. until: once it is set, nothing new is begun. ahead: up to three images are in work
    at once, so that no core waits for another; where people are at work, one at a time is kinder. cluster: what drafts
    in place of this computer if enough images wait. Raises ClusterError or MissingPackageError if it cannot, unless it
    lets them be drafted here meanwhile.
    """
    tell = _nothing if on_image is None else _done(on_image)

    def is_over() -> bool:
        return until is not None and until.is_set()

    def draft_here(is_over: IsOver) -> int:
        draft_them = draft_ahead if ahead else draft_in_turn
        return draft_them(store, live, worker_id=worker_id or _nobody, tell=tell, is_over=is_over)

    if cluster is not None:
        workers.bury(store)  # what a run that was killed had claimed waits again, and counts
    drafted = 0
    while not is_over() and draft_is_due(store) and _one_at_a_time.acquire(blocking=False):
        try:
            postpone_held(store)
            if cluster is not None and gallery.count_by_state(store)[ImageState.WAITING] >= cluster.least:
                drafted += _draft_there(store, cluster, tell=tell, is_over=is_over, else_here=draft_here)
            else:
                drafted += draft_here(is_over)
        finally:
            _one_at_a_time.release()
    return drafted


def _draft_there(
    store: Store, cluster: Cluster, *, tell: Tell, is_over: IsOver, else_here: Callable[[IsOver], int]
) -> int:
    """By the cluster; if that cannot be, and it lets, here for a while, after which it is asked anew."""
    from studio.drafting.on_ray.driver import draft_on_ray

    try:
        return draft_on_ray(store, cluster, tell=tell, is_over=is_over)
    except (ClusterError, MissingPackageError) as error:
        if not cluster.else_here:
            raise
        log.error("photos are drafted here: the cluster does not draft", reason=str(error))
    end = time.monotonic() + ASK_AGAIN_SECONDS
    return else_here(lambda: is_over() or time.monotonic() > end)


def see_it_end(store: Store, *, within: float) -> None:
    """Wait until the call at work here has ended, as its `until` tells it to.

    within: seconds, after which what a cluster still has in work for this process waits again.
    """
    if _one_at_a_time.acquire(timeout=within):
        _one_at_a_time.release()
        return
    with suppress(*NOT_NOW):  # else others find out
        for worker in workers.list_workers(store):
            if worker.name == workers.CLUSTER and worker.place == here():
                workers.sign_off(store, worker.id)


def draft_is_due(store: Store) -> bool:
    """Whether there is something for `draft_waiting` to do."""
    return holds_any(store) or bool(drafts.waiting_images(store, limit=1))


def _nobody() -> None:
    """Claims are those of nobody who has signed on."""


def _nothing(_image: ImageRecord, _outcome: Outcome) -> None:
    """Nobody wants to be told."""


def _done(on_image: OnImage) -> Tell:
    """What another process has taken is told there."""

    def tell(image: ImageRecord, outcome: Outcome) -> None:
        if outcome is not Outcome.LOST:
            on_image(image, outcome is Outcome.DRAFTED)

    return tell
