"""Drafting: every waiting photo gets a trimap by the drafter and an alpha by the live model."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from annotation_store import drafts, gallery
from annotation_store.errors import NOT_NOW, InvalidTransitionError
from annotation_store.queue.difficulty import difficulty_of
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.drafting.drafter import Hints
from matting_core.errors import MattingError
from matting_core.predictor import predict
from studio.drafter_choice import chosen_drafter
from studio.live_model import LiveModel

log = structlog.get_logger()

AUTHOR = "drafting"
FALLEN = (
    "The program that makes the drafts was ended while it worked on this photo, most often because memory ran out: "
    "close other programs, or make the photo smaller and take that in, then try again."
)

_one_at_a_time = threading.Lock()

_held: dict[tuple[Path, int], str] = {}
"""Images that were claimed here and could not be given back, by the folder of their store; and the reason."""


def draft_waiting(
    store: Store,
    live: LiveModel,
    *,
    on_image: Callable[[ImageRecord, bool], None] | None = None,
    until: threading.Event | None = None,
) -> int:
    """Draft until no image waits; returns how many were drafted. A second call meanwhile returns at once.

    One photo that cannot be drafted is noted as failed and does not stop the others. on_image: told each image and
    whether its draft was made. Raises one of NOT_NOW where the disk is full, say: all images then go on waiting,
    and a later call drafts them. until: once it is set, it ends after the present image.
    """
    drafted = 0
    while not _is_set(until) and draft_is_due(store) and _one_at_a_time.acquire(blocking=False):
        try:
            _postpone_held(store)
            while not _is_set(until) and (image := drafts.claim_next_for_drafting(store)) is not None:
                done = _draft_one(store, live, image)
                drafted += done
                if on_image is not None:
                    on_image(image, done)
        finally:
            _one_at_a_time.release()
    return drafted


def give_up_unfinished(store: Store) -> None:
    """After the fall of a worker: what it was drafting may have caused that, and would again, for ever."""
    for image in gallery.list_images(store, states=[ImageState.DRAFTING]):
        log.warning("draft given up", image=image.id, name=image.name)
        _note_failure(store, image, FALLEN)


def draft_is_due(store: Store) -> bool:
    """Whether there is something for `draft_waiting` to do."""
    return gallery.count_by_state(store)[ImageState.WAITING] > 0 or any(folder == store.folder for folder, _ in _held)


def _is_set(until: threading.Event | None) -> bool:
    return until is not None and until.is_set()


def _draft_one(store: Store, live: LiveModel, image: ImageRecord) -> bool:
    started = time.monotonic()
    try:
        rgb = gallery.load_photo(store, image).rgb
        drafter = chosen_drafter(store, image.id)
        trimap = drafter.draft(rgb, Hints()).trimap
        model, matting = live.get(image.id, drafting=True)
        alpha = predict(matting, rgb, trimap)
        drafts.record_draft(
            store,
            image.id,
            trimap=trimap,
            alpha=alpha,
            model_id=model.id,
            drafter=drafter.name,
            by=AUTHOR,
            difficulty=difficulty_of(rgb, trimap, alpha),
        )
    except NOT_NOW as error:
        _postpone(store, image, str(error))
        raise
    except MattingError as error:
        log.warning("draft failed", image=image.id, name=image.name, reason=str(error))
        _note_failure(store, image, str(error))
        return False
    except Exception as error:
        log.exception("draft failed", image=image.id, name=image.name)
        _note_failure(
            store, image, f"No draft could be made ({type(error).__name__}): the log of the studio says more."
        )
        return False
    log.info("drafted", image=image.id, name=image.name, seconds=round(time.monotonic() - started, 1))
    return True


def _note_failure(store: Store, image: ImageRecord, reason: str) -> None:
    # another process may have taken the image back meanwhile: then it is that one's to draft
    with contextlib.suppress(InvalidTransitionError):
        try:
            drafts.record_draft_failure(store, image.id, reason)
        except NOT_NOW as error:
            _postpone(store, image, str(error))
            raise


def _postpone(store: Store, image: ImageRecord, reason: str) -> None:
    """Let the image wait again, now, or with the next call if not even that can be written."""
    _held[store.folder, image.id] = reason
    with contextlib.suppress(*NOT_NOW):
        _postpone_held(store)


def _postpone_held(store: Store) -> None:
    for (folder, image_id), reason in list(_held.items()):
        if folder == store.folder:
            with contextlib.suppress(InvalidTransitionError):  # see above
                drafts.postpone_draft(store, image_id, reason)
            del _held[folder, image_id]
