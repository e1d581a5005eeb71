"""Drafting one photo after the other: kind to those who are at work on the same computer."""

from collections.abc import Callable

from annotation_store.records import ImageRecord
from annotation_store.store import Store
from studio.device.live_model import LiveModel
from studio.drafting.claims import WorkerId, claim_next, postpone, why
from studio.drafting.outcomes import Outcome
from studio.drafting.steps import draft_one

Tell = Callable[[ImageRecord, Outcome], None]
IsOver = Callable[[], bool]
"""Whether nothing new is to be begun."""


def draft_in_turn(store: Store, live: LiveModel, *, worker_id: WorkerId, tell: Tell, is_over: IsOver) -> int:
    """Draft until no image waits; returns how many were drafted. Raises one of NOT_NOW."""
    drafted = 0
    while not is_over() and (claim := claim_next(store, worker_id)) is not None:
        try:
            outcome = draft_one(store, live, claim)
        except BaseException as error:
            postpone(store, claim, why(error))
            raise
        drafted += outcome is Outcome.DRAFTED
        tell(claim.image, outcome)
    return drafted
