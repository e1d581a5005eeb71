"""What nobody has a message of: what an earlier worker left unfinished, what other workers left that are gone, and what
waits although its message was lost, or found no room.
"""

import contextlib
import time
from enum import StrEnum
from functools import partial
from math import inf

import structlog

from annotation_store import drafts
from annotation_store.errors import NOT_NOW, StoreError
from annotation_store.learning import training_runs
from annotation_store.pilots.pilots import give_drafts_back
from annotation_store.states import RunState
from annotation_store.workers.places import here
from annotation_store.workers.workers import SILENCE, bury
from studio.chores import Chore, in_turn
from studio.comparing import comparison_is_due, give_up_comparison
from studio.drafting import draft_is_due
from studio.lost_judgements import LostJudgements
from studio.studio import Studio
from studio.training_job import training_is_alive
from studio.work import Work

log = structlog.get_logger()

REMIND_SECONDS = 30.0
PATIENCE_SECONDS = 5.0


class Fall(StrEnum):
    """What a worker knows of the end of the one before it on the same computer."""

    NONE = "none"  # the studio is opened: the computer was switched off, say, and no photo is to blame
    JUST_NOW = "just now"  # over what it had in work, which would end this one, too
    UNKNOWN = "unknown"  # a container's keeper may have started it again, once or a hundred times


def take_over(studio: Studio, fall: Fall) -> None:
    """See to what an earlier worker has left unfinished, as soon as that can be written."""
    while True:
        try:
            _bury_predecessors(studio, fall)
            drafts.return_unfinished_drafts(studio.store)
            training_runs.put_back_lost(studio.store, is_alive=training_is_alive)
            _wake(studio)
            break
        except NOT_NOW as error:  # a worker that fell over it would soon not be started any more
            log.warning("the worker waits", reason=str(error))
            time.sleep(PATIENCE_SECONDS)
    if Work.DRAFTS in studio.settings.works:
        studio.jobs.draft()


def remind(studio: Studio) -> None:
    """Look for ever whether something waits, or was left. All workers do: whichever of them is gone, the others see.

    While the store was away, nobody could be heard: whoever lives says so first when it is back.
    """
    away_at = -inf
    lost = LostJudgements(studio.store, studio.jobs)
    while True:
        time.sleep(REMIND_SECONDS)
        try:
            _wake(studio)
            if Work.TRAININGS in studio.settings.works:
                lost.remind()
        except NOT_NOW:
            away_at = time.monotonic()
        except StoreError as error:
            log.warning("reminding has stumbled", reason=str(error))
        if time.monotonic() - away_at > SILENCE.total_seconds():
            with contextlib.suppress(StoreError):
                in_turn(studio.store, Chore.REMINDING, partial(_see_to_what_was_left, studio))


def _bury_predecessors(studio: Studio, fall: Fall) -> None:
    store, host = studio.store, here().host
    match fall:
        case Fall.JUST_NOW:
            gone = bury(store, host=host, most_falls=1)
            if Work.CHORES in studio.settings.works:  # unless another worker is at it, who has not fallen
                in_turn(store, Chore.COMPARISONS, partial(give_up_comparison, store))
        case Fall.NONE:
            gone = bury(store, host=host, is_blamed=False)
        case Fall.UNKNOWN:
            gone = bury(store, host=host)
    for worker in (*gone, *bury(store)):
        log.warning("a worker is gone", worker=worker.id, name=worker.name, host=worker.host)


def _see_to_what_was_left(studio: Studio) -> None:
    store = studio.store
    for worker in bury(store):
        log.warning("a worker is gone", worker=worker.id, name=worker.name, host=worker.host)
    give_drafts_back(store)
    training_runs.put_back_lost(store, is_alive=training_is_alive)


def _wake(studio: Studio) -> None:
    """By messages about the work that this worker does: of the rest, nobody might ever take them."""
    store, jobs, works = studio.store, studio.jobs, studio.settings.works
    if Work.DRAFTS in works and draft_is_due(store):
        jobs.draft()
    if Work.CHORES in works and comparison_is_due(store):
        jobs.compare()
    if Work.TRAININGS in works:
        for run in training_runs.list_runs(store):
            if run.state is RunState.QUEUED:
                jobs.train(run.id)
