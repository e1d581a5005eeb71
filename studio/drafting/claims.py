"""Photos that are claimed for drafting, and how they are given back: at once, or as soon as that can be written."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotation_store import drafts
from annotation_store.errors import NOT_NOW, InvalidTransitionError
from annotation_store.records import ImageRecord
from annotation_store.store import Store
from annotation_store.workers import workers

BROKEN_OFF = "The drafting was broken off before this photo had its draft: it waits for the next time."

WorkerId = Callable[[], int | None]
"""Under which number claims are made just now: a process that was taken for gone meanwhile has another one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed image. worker_id: whose claim it is; None for one of nobody who has signed on."""

    image: ImageRecord
    worker_id: int | None


_held: dict[tuple[Path, int], tuple[int | None, str]] = {}
"""Images that were claimed here and could not be given back, by the folder of their store: whose claim, and why."""
_signed_on: set[tuple[Path, int]] = set()
"""Numbers under which this process signed on besides its own, and could not sign off."""
_giving_back = threading.RLock()
"""Over these two, and over the writing of it: threads give images back at the same time."""


def claim_next(store: Store, worker_id: WorkerId) -> Claim | None:
    """Take the oldest waiting image; None if none waits."""
    me = worker_id()
    image = drafts.claim_next_for_drafting(store, worker_id=me)
    return None if image is None else Claim(image, me)


def why(error: BaseException) -> str:
    """What is told beside an image that waits again, of what got out."""
    return str(error) if isinstance(error, NOT_NOW) else BROKEN_OFF


def postpone(store: Store, claim: Claim, reason: str) -> None:
    """Let the image wait again, now, or with the next call if not even that can be written."""
    with _giving_back, contextlib.suppress(*NOT_NOW):
        _held[store.folder, claim.image.id] = claim.worker_id, reason
        postpone_held(store)


def postpone_held(store: Store) -> None:
    """Let all those images wait again that could not be given back before. Raises one of NOT_NOW."""
    with _giving_back:
        for folder, worker_id in list(_signed_on):
            if folder == store.folder:
                workers.sign_off(store, worker_id)
                _signed_on.discard((folder, worker_id))
        for (folder, image_id), (worker_id, reason) in list(_held.items()):
            if folder == store.folder:
                with contextlib.suppress(InvalidTransitionError):  # another's by now, to draft or to give back
                    drafts.postpone_draft(store, image_id, reason, worker_id=worker_id)
                _held.pop((folder, image_id), None)


def sign_off_surely(store: Store, worker_id: int) -> None:
    """Let all that was claimed under this number wait again, now, or with the next call.

    Nobody else does it as long as this process lives: it is not gone.
    """
    with _giving_back, contextlib.suppress(*NOT_NOW):
        _signed_on.add((store.folder, worker_id))
        postpone_held(store)


def holds_any(store: Store) -> bool:
    """Whether something is still to be given back."""
    return any(folder == store.folder for folder, _ in (*_held, *_signed_on))
