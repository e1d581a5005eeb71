"""Drafting: every waiting photo gets a trimap by the drafter and an alpha by the live model."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from annotation_store import drafts, gallery
from annotation_store.errors import NOT_NOW, InvalidTransitionError
from annotation_store.kinds import MachineWork
from annotation_store.money.machine_hours import note_machine_work
from annotation_store.queue.difficulty import difficulty_of
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.workers.workers import FALLEN
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.drafting.drafter import Hints
from matting_core.errors import MattingError
from matting_core.predictor import predict
from studio.drafter_choice import chosen_drafter
from studio.live_model import LiveModel
from studio.machine_meter import Stopwatch
from studio.operations.traces import span

log = structlog.get_logger()

AUTHOR = "drafting"
BROKEN_OFF = "The drafting was broken off before this photo had its draft: it waits for the next time."

LARGEST_AHEAD = 16_000_000
"""Pixels; larger photos are drafted one at a time."""

OnImage = Callable[[ImageRecord, bool], None]
T = TypeVar("T")

_one_at_a_time = threading.Lock()
_watch = Stopwatch()
"""Over all drafts of this process: several may be in work at once."""

_held: dict[tuple[Path, int], str] = {}
"""Images that were claimed here and could not be given back, by the folder of their store; and the reason."""
_giving_back = threading.RLock()
"""Over `_held`, and over the writing of it: threads give images back at the same time."""


def draft_waiting(
    store: Store,
    live: LiveModel,
    *,
    on_image: OnImage | None = None,
    until: threading.Event | None = None,
    ahead: bool = False,
) -> int:
    """Draft until no image waits; returns how many were drafted. A second call meanwhile returns at once.

    One photo that cannot be drafted is noted as failed and does not stop the others. on_image: told each image and
    whether its draft was made. Raises one of NOT_NOW where the disk is full, say: all images then go on waiting,
    and a later call drafts them. Whatever else ends it, Ctrl-C say, no image stays claimed either. until: once it is
    set, nothing new is begun. ahead: up to three images are in work at
    once, so that no core waits for another (see `_draft_ahead`); where people are at work, one at a time is kinder.
    """
    draft_them = _draft_ahead if ahead else _draft_in_turn
    drafted = 0
    while not _is_set(until) and draft_is_due(store) and _one_at_a_time.acquire(blocking=False):
        try:
            _postpone_held(store)
            drafted += draft_them(store, live, on_image or _nothing, until)
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
    held = any(folder == store.folder for folder, _ in list(_held))
    return held or gallery.count_by_state(store)[ImageState.WAITING] > 0


def _is_set(until: threading.Event | None) -> bool:
    return until is not None and until.is_set()


def _nothing(_image: ImageRecord, _done: bool) -> None:
    """Nobody wants to be told."""


def _draft_in_turn(store: Store, live: LiveModel, tell: OnImage, until: threading.Event | None) -> int:
    drafted = 0
    while not _is_set(until) and (image := drafts.claim_next_for_drafting(store)) is not None:
        try:
            done = _draft_one(store, live, image)
        except BaseException as error:
            _postpone(store, image, _why(error))
            raise
        drafted += done
        tell(image, done)
    return drafted


def _draft_ahead(store: Store, live: LiveModel, tell: OnImage, until: threading.Event | None) -> int:
    """While a model predicts, the photo before is judged and stored, and the one behind is claimed and gets its trimap.

    Each photo is told here, in order. If one cannot be stored now, those that are in work wait again too, and so they
    do whatever else gets out.
    """
    broken_off = threading.Event()
    in_work: deque[ImageRecord] = deque(maxlen=3)  # what is being stored, predicted and begun

    def begin() -> _Begun | None:
        if broken_off.is_set() or _is_set(until) or (image := drafts.claim_next_for_drafting(store)) is None:
            return None
        in_work.append(image)
        is_large = image.width * image.height > LARGEST_AHEAD  # three of them at once may be more than the memory holds
        return _Begun(image, None if is_large else _tried(store, image, partial(_begin, store, image)), is_large)

    drafted, storing = 0, _Storing()
    with ThreadPoolExecutor(2, "draft-ahead") as helpers:
        try:
            upcoming = helpers.submit(begin)
            while (begun := upcoming.result()) is not None:
                upcoming = helpers.submit(begin)
                image, ground = begun.image, begun.ground
                if begun.is_large:
                    drafted += storing.settle(tell)
                    done = _draft_one(store, live, image)
                    drafted += done
                    tell(image, done)
                    continue
                found = None if ground is None else _tried(store, image, partial(_predicted, live, image, ground))
                drafted += storing.settle(tell)
                if ground is None or found is None:
                    tell(image, False)
                else:
                    keep = partial(_tried, store, image, partial(_keep, store, image, ground, found))
                    storing = _Storing(image, helpers.submit(keep))
            return drafted + storing.settle(tell)
        except BaseException as error:
            broken_off.set()
            helpers.shutdown()  # what is being stored is stored, what is being begun is known
            for image in in_work:  # those that are stored, or failed, stay that
                _postpone(store, image, _why(error))
            if isinstance(error, NOT_NOW):  # else there may be nobody to tell
                with contextlib.suppress(*NOT_NOW):
                    storing.settle(tell)
            raise


@dataclass(frozen=True, slots=True)
class _Ground:
    """What an alpha is predicted from. started: when the work on it began, by the monotonic clock."""

    started: float
    rgb: Rgb
    trimap: Trimap
    drafter: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What a model version predicted, and where it ran."""

    model_id: int
    device: str
    alpha: Alpha


@dataclass(frozen=True, slots=True)
class _Begun:
    """A claimed image. ground: None if it could not be made, which is noted then, or `is_large`."""

    image: ImageRecord
    ground: _Ground | None
    is_large: bool


@dataclass(slots=True)
class _Storing:
    """An image whose draft is being stored, if any is."""

    image: ImageRecord | None = None
    result: "Future[bool | None] | None" = None

    def settle(self, tell: OnImage) -> bool:
        """Wait for it, and tell how it went, once. Raises one of NOT_NOW where the store has no room now."""
        image, result = self.image, self.result
        self.image = self.result = None
        if image is None or result is None:
            return False
        done = bool(result.result())
        tell(image, done)
        return done


def _draft_one(store: Store, live: LiveModel, image: ImageRecord) -> bool:
    def work() -> bool:
        with span("draft", image=image.id):
            with span("draft begin"):
                ground = _begin(store, image)
            with span("draft predict"):
                found = _predicted(live, image, ground)
            with span("draft keep"):
                return _keep(store, image, ground, found)

    return bool(_tried(store, image, work))


def _begin(store: Store, image: ImageRecord) -> _Ground:
    started = time.monotonic()
    rgb = gallery.load_photo(store, image).rgb
    drafter = chosen_drafter(store, image.id)
    return _Ground(started, rgb, drafter.draft(rgb, Hints()).trimap, drafter.name)


def _predicted(live: LiveModel, image: ImageRecord, ground: _Ground) -> _Found:
    """The version that serves the image now, and its alpha."""
    model, matting = live.get(image.id, drafting=True)
    return _Found(model.id, live.device, predict(matting, ground.rgb, ground.trimap))


def _keep(store: Store, image: ImageRecord, ground: _Ground, found: _Found) -> bool:
    drafts.record_draft(
        store,
        image.id,
        trimap=ground.trimap,
        alpha=found.alpha,
        model_id=found.model_id,
        drafter=ground.drafter,
        by=AUTHOR,
        difficulty=difficulty_of(ground.rgb, ground.trimap, found.alpha),
    )
    _note_work(store, device=found.device, seconds=_watch.lap(ground.started))
    log.info("drafted", image=image.id, name=image.name, seconds=round(time.monotonic() - ground.started, 1))
    return True


def _note_work(store: Store, *, device: str, seconds: float) -> None:
    """In a transaction of its own: a draft that is stored is stored, whatever becomes of the note."""
    try:
        note_machine_work(store, work=MachineWork.DRAFTING, device=device, seconds=seconds, images=1)
    except NOT_NOW as error:
        log.warning("machine hours are not written down", reason=str(error))
    except Exception:
        log.exception("machine hours are not written down")


def _tried(store: Store, image: ImageRecord, work: Callable[[], T]) -> T | None:
    """What `work` on the image comes to; None if it failed, which is noted then. Raises one of NOT_NOW.

    Whatever is logged meanwhile, by whichever part of the program, has the number of the image.
    """
    try:
        with structlog.contextvars.bound_contextvars(image=image.id):
            return work()
    except NOT_NOW as error:
        _postpone(store, image, str(error))
        raise
    except MattingError as error:
        log.warning("draft failed", image=image.id, name=image.name, reason=str(error))
        _note_failure(store, image, str(error))
    except Exception as error:
        log.exception("draft failed", image=image.id, name=image.name)
        _note_failure(
            store, image, f"No draft could be made ({type(error).__name__}): the log of the studio says more."
        )
    return None


def _note_failure(store: Store, image: ImageRecord, reason: str) -> None:
    # another process may have taken the image back meanwhile: then it is that one's to draft
    with contextlib.suppress(InvalidTransitionError):
        try:
            drafts.record_draft_failure(store, image.id, reason)
        except NOT_NOW as error:
            _postpone(store, image, str(error))
            raise


def _why(error: BaseException) -> str:
    """What is told beside an image that waits again, of what got out."""
    return str(error) if isinstance(error, NOT_NOW) else BROKEN_OFF


def _postpone(store: Store, image: ImageRecord, reason: str) -> None:
    """Let the image wait again, now, or with the next call if not even that can be written."""
    with _giving_back, contextlib.suppress(*NOT_NOW):
        _held[store.folder, image.id] = reason
        _postpone_held(store)


def _postpone_held(store: Store) -> None:
    with _giving_back:
        for (folder, image_id), reason in list(_held.items()):
            if folder == store.folder:
                with contextlib.suppress(InvalidTransitionError):  # see above
                    drafts.postpone_draft(store, image_id, reason)
                _held.pop((folder, image_id), None)
