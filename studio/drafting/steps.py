"""The three steps from a claimed photo to its stored draft: begin, predict, keep. Whoever drafts takes these."""

import time
from dataclasses import dataclass

import structlog

from annotation_store import drafts, gallery
from annotation_store.errors import NOT_NOW
from annotation_store.kinds import MachineWork
from annotation_store.money.machine_hours import note_machine_work
from annotation_store.queue.difficulty import difficulty_of
from annotation_store.records import ImageRecord
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.drafting.drafter import Hints
from matting_core.predictor import predict
from studio.device.live_model import LiveModel
from studio.drafter_choice import chosen_drafter
from studio.drafting.claims import Claim
from studio.drafting.outcomes import Outcome, tried
from studio.machine_meter import Stopwatch
from studio.operations.traces import span

log = structlog.get_logger()

AUTHOR = "drafting"

_watch = Stopwatch()
"""Over all drafts of this process: several may be in work at once."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an alpha is predicted from: the photo (HxWx3, uint8 or uint16) and its trimap, and who made that."""

    rgb: Rgb
    trimap: Trimap
    drafter: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a model version predicted, and where it ran."""

    model_id: int
    device: str
    alpha: Alpha


def begin(store: Store, image: ImageRecord) -> Ground:
    """The photo, read, and its trimap by the drafter of its project."""
    rgb = gallery.load_photo(store, image).rgb
    drafter = chosen_drafter(store, image.id)
    return Ground(rgb, drafter.draft(rgb, Hints()).trimap, drafter.name)


def predicted(live: LiveModel, image_id: int, ground: Ground) -> Found:
    """The version that serves the image now, and its alpha."""
    model, matting = live.get(image_id, drafting=True)
    return Found(model.id, live.device, predict(matting, ground.rgb, ground.trimap))


def keep(store: Store, claim: Claim, ground: Ground, found: Found) -> None:
    """Store the draft; the image is then ready. Raises ClaimLostError if it is another's by now."""
    drafts.record_draft(
        store,
        claim.image.id,
        trimap=ground.trimap,
        alpha=found.alpha,
        model_id=found.model_id,
        drafter=ground.drafter,
        by=AUTHOR,
        difficulty=difficulty_of(ground.rgb, ground.trimap, found.alpha),
        worker_id=claim.worker_id,
    )


def note_work(store: Store, *, device: str, seconds: float) -> None:
    """In a transaction of its own: a draft that is stored is stored, whatever becomes of the note."""
    try:
        note_machine_work(store, work=MachineWork.DRAFTING, device=device, seconds=seconds, images=1)
    except NOT_NOW as error:
        log.warning("machine hours are not written down", reason=str(error))
    except Exception:
        log.exception("machine hours are not written down")


def keep_here(store: Store, claim: Claim, ground: Ground, found: Found, *, began: float) -> Outcome:
    """The same for a photo that went all the way in this process, on which its time is noted.

    began: when the work on it began, by the monotonic clock.
    """
    keep(store, claim, ground, found)
    note_work(store, device=found.device, seconds=_watch.lap(began))
    seconds = round(time.monotonic() - began, 1)
    log.info("drafted", image=claim.image.id, name=claim.image.name, seconds=seconds)
    return Outcome.DRAFTED


def draft_one(store: Store, live: LiveModel, claim: Claim) -> Outcome:
    """All three, one after the other. Raises one of NOT_NOW, after which the image waits again."""

    def work() -> Outcome:
        began = time.monotonic()
        with span("draft", image=claim.image.id):
            with span("draft begin"):
                ground = begin(store, claim.image)
            with span("draft predict"):
                found = predicted(live, claim.image.id, ground)
            with span("draft keep"):
                return keep_here(store, claim, ground, found, began=began)

    return tried(store, claim, work)
