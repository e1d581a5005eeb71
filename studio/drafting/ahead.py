"""Drafting with three photos in work, so that no core of the computer waits for another."""

import contextlib
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from annotation_store.errors import NOT_NOW
from annotation_store.records import ImageRecord
from annotation_store.store import Store
from studio.device.live_model import LiveModel
from studio.drafting.claims import Claim, WorkerId, claim_next, postpone, why
from studio.drafting.in_turn import IsOver, Tell
from studio.drafting.outcomes import Outcome, tried
from studio.drafting.steps import Ground, begin, draft_one, keep_here, predicted

LARGEST_AHEAD = 16_000_000
"""Pixels; larger photos are drafted one at a time."""


def draft_ahead(store: Store, live: LiveModel, *, worker_id: WorkerId, tell: Tell, is_over: IsOver) -> int:
    """While a model predicts, the photo before is judged and stored, and the one behind is claimed and gets its trimap.

    Each photo is told here, in order. If one cannot be stored now, those that are in work wait again too, and so they
    do whatever else gets out. Returns how many were drafted. Raises one of NOT_NOW.
    """
    broken_off = threading.Event()
    in_work: deque[Claim] = deque(maxlen=3)  # what is being stored, predicted and begun

    def begin_next() -> _Begun | None:
        if broken_off.is_set() or is_over() or (claim := claim_next(store, worker_id)) is None:
            return None
        in_work.append(claim)
        began = time.monotonic()
        if claim.image.width * claim.image.height > LARGEST_AHEAD:  # three at once may be more than the memory holds
            return _Begun(claim, began, None)
        return _Begun(claim, began, tried(store, claim, partial(begin, store, claim.image)))

    drafted, storing = 0, _Storing()
    with ThreadPoolExecutor(2, "draft-ahead") as helpers:
        try:
            upcoming = helpers.submit(begin_next)
            while (begun := upcoming.result()) is not None:
                upcoming = helpers.submit(begin_next)
                claim, ground = begun.claim, begun.ground
                if ground is None:
                    drafted += storing.settle(tell)
                    outcome = draft_one(store, live, claim)
                    drafted += outcome is Outcome.DRAFTED
                    tell(claim.image, outcome)
                    continue
                if isinstance(ground, Outcome):
                    drafted += storing.settle(tell)
                    tell(claim.image, ground)
                    continue
                found = tried(store, claim, partial(predicted, live, claim.image.id, ground))
                drafted += storing.settle(tell)
                if isinstance(found, Outcome):
                    tell(claim.image, found)
                else:
                    work = partial(keep_here, store, claim, ground, found, began=begun.began)
                    storing = _Storing(claim.image, helpers.submit(tried, store, claim, work))
            return drafted + storing.settle(tell)
        except BaseException as error:
            broken_off.set()
            helpers.shutdown()  # what is being stored is stored, what is being begun is known
            for claim in in_work:  # those that are stored, or failed, stay that
                postpone(store, claim, why(error))
            if isinstance(error, NOT_NOW):  # else there may be nobody to tell
                with contextlib.suppress(*NOT_NOW):
                    storing.settle(tell)
            raise


@dataclass(frozen=True, slots=True)
class _Begun:
    """A claimed image. ground: None if it is to be drafted by itself."""

    claim: Claim
    began: float
    ground: Ground | Outcome | None


@dataclass(slots=True)
class _Storing:
    """An image whose draft is being stored, if any is."""

    image: ImageRecord | None = None
    result: "Future[Outcome] | None" = None

    def settle(self, tell: Tell) -> bool:
        """Wait for it, and tell how it went, once. Raises one of NOT_NOW where the store has no room now."""
        image, result = self.image, self.result
        self.image = self.result = None
        if image is None or result is None:
            return False
        outcome = result.result()
        tell(image, outcome)
        return outcome is Outcome.DRAFTED
