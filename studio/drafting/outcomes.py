"""What becomes of a claimed photo: whatever goes wrong with one is noted beside it and does not stop the others."""

import contextlib
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import structlog

from annotation_store import drafts
from annotation_store.errors import NOT_NOW, InvalidTransitionError
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.drafting.claims import Claim, postpone

log = structlog.get_logger()

T = TypeVar("T")


class Outcome(StrEnum):
    """lost: another process has the photo by now, so nothing is noted about it."""

    DRAFTED = "drafted"
    FAILED = "failed"
    LOST = "lost"


def tried(store: Store, claim: Claim, work: Callable[[], T]) -> T | Outcome:
    """What `work` on the image comes to; FAILED, which is noted then, or LOST. Raises one of NOT_NOW, after which the
    image waits again.

    Whatever is logged meanwhile, by whichever part of the program, has the number of the image.
    """
    image = claim.image
    try:
        with structlog.contextvars.bound_contextvars(image=image.id):
            return work()
    except NOT_NOW as error:
        postpone(store, claim, str(error))
        raise
    except InvalidTransitionError as error:
        log.warning("draft left to others", image=image.id, name=image.name, reason=str(error))
        return Outcome.LOST
    except MattingError as error:
        log.warning("draft failed", image=image.id, name=image.name, reason=str(error))
        return note_failure(store, claim, str(error))
    except Exception as error:
        log.exception("draft failed", image=image.id, name=image.name)
        reason = f"No draft could be made ({type(error).__name__}): the log of the studio says more."
        return note_failure(store, claim, reason)


def note_failure(store: Store, claim: Claim, reason: str) -> Outcome:
    """FAILED, or LOST if another process has taken the image meanwhile. Raises one of NOT_NOW."""
    with contextlib.suppress(InvalidTransitionError):
        try:
            drafts.record_draft_failure(store, claim.image.id, reason, worker_id=claim.worker_id)
        except NOT_NOW as error:
            postpone(store, claim, str(error))
            raise
        return Outcome.FAILED
    return Outcome.LOST
