"""What begins trainings by itself, and what canaries have come to: looked at once a minute by one worker at a time."""

import time
from collections.abc import Callable
from functools import partial

import structlog

from annotation_store.clock import utc_now
from annotation_store.errors import NOT_NOW, RunInProgressError
from annotation_store.kinds import ModelKind, RunCause, TriggerKind
from annotation_store.learning import training_runs
from annotation_store.learning.due import all_due
from annotation_store.learning.effort import AT_ONCE, measure_efforts
from annotation_store.learning.triggers import note_fired
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from studio.chores import Chore, in_turn
from studio.jobs import Jobs
from training.canary import settle_canaries

log = structlog.get_logger()

LOOK_SECONDS = 60.0


class TriggerWatch:
    """One a worker: it remembers which of the trainings that it asked for the queue was not told of yet."""

    def __init__(self, store: Store, jobs: Jobs) -> None:
        self._store, self._jobs = store, jobs
        self._untold: list[int] = []

    def watch(self) -> None:
        """Look for ever; the first time at once, as a schedule may have come up while the studio was off."""
        while True:
            in_turn(self._store, Chore.TRIGGERS, self.look)
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Do what is due. Never raises: what could not be done is logged, and tried again the next time."""
        for step in (self._measure, self._begin, self._tell, self._settle):
            self._carefully(step)

    def _carefully(self, step: Callable[[], None]) -> None:
        name = step.__name__.strip("_")
        try:
            step()
        except NOT_NOW as error:
            log.warning("the learning waits", step=name, reason=str(error))
        except Exception:
            log.exception("the learning has stumbled", step=name)

    def _measure(self) -> None:
        while measure_efforts(self._store) == AT_ONCE:
            pass  # the triggers should see all of them

    def _begin(self) -> None:
        """Ask for a training of each kind if a trigger is due. All that are due are answered by it."""
        now = utc_now()
        if not (reasons := all_due(self._store, now)):
            return
        for kind in ModelKind:
            self._request(kind, reasons[0])
        for reason in reasons:
            note_fired(self._store, reason, at=now)

    def _request(self, kind: ModelKind, reason: TriggerKind) -> None:
        try:
            run = training_runs.request(self._store, by=reason.value, kind=kind, cause=RunCause(reason.value))
        except RunInProgressError as error:  # somebody has pressed the button this very moment
            log.info("no training by a trigger", kind=kind.value, trigger=reason.value, reason=str(error))
            return
        self._untold.append(run.id)
        log.info("training by a trigger", kind=kind.value, trigger=reason.value, run=run.id)

    def _tell(self) -> None:
        """Send the queue one training, and the next one only when that is over.

        A training that waits for another holds a thread of the queue, and drafts need one.
        """
        if not self._untold:
            return
        runs = training_runs.list_runs(self._store)
        unfinished = {run.id for run in runs if run.state in training_runs.UNFINISHED}
        self._untold = [run_id for run_id in self._untold if run_id in unfinished]
        if self._untold and unfinished == set(self._untold):
            self._jobs.train(self._untold[0])
            del self._untold[0]

    def _settle(self) -> None:
        for verdict in settle_canaries(self._store, load=partial(_load, self._store)):
            log.info(
                "canary decided", model=verdict.model_id, project=verdict.project_id, decision=verdict.decision.value
            )


def _load(store: Store, model: ModelRecord) -> None:
    from training.models import check_loads  # torch takes seconds, and is needed for what goes live only

    check_loads(store, model)
