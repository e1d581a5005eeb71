"""Training runs: asked for by a person, run by another process, which tells the store how it goes."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import RunInProgressError
from annotation_store.events import record_event
from annotation_store.records import RunRecord
from annotation_store.rows import find_run
from annotation_store.states import ModelState, RunState, check_transition, in_words
from annotation_store.store import Store

UNFINISHED = (RunState.QUEUED, RunState.RUNNING)
QUEUE_PATIENCE = timedelta(hours=1)
_LOST = "The training stopped without a word: the machine or the studio was shut down. Start it anew."


def request(store: Store, *, by: str) -> RunRecord:
    """Ask for a training from the live model on. Raises RunInProgressError while another is unfinished."""
    with store.database.write() as session:
        if other := _unfinished(session):
            raise RunInProgressError(
                f"Training number {other[0].id} is {in_words(other[0].state)}: wait for it, or cancel it."
            )
        run = schema.TrainingRun(
            state=RunState.QUEUED,
            progress=0.0,
            message="",
            parent_model_id=session.scalar(select(schema.ModelVersion.id).filter_by(state=ModelState.LIVE)),
            requested_by=by,
            cancel_requested=False,
            log_path="",
            history=[],
        )
        session.add(run)
        session.flush()
        run.log_path = f"runs/{run.id:04d}/training.log"
        return _told(session, run, "requested", by=by)


def start(store: Store, run_id: int, pid: int) -> RunRecord:
    """The process `pid` begins a queued run. Raises InvalidTransitionError if it was cancelled meanwhile."""
    with store.database.write() as session:
        run = find_run(session, run_id)
        run.state = check_transition(run.state, RunState.RUNNING)
        run.pid = pid
        run.started_at = run.heartbeat_at = utc_now()
        return _told(session, run, "started")


def attach_training_set(store: Store, run_id: int, training_set_id: int) -> RunRecord:
    """Note from which frozen set the run learns."""
    with store.database.write() as session:
        run = find_run(session, run_id)
        run.training_set_id = training_set_id
        session.flush()
        return RunRecord.of(run)


def beat(store: Store, run_id: int, *, progress: float, message: str, row: Mapping[str, Any] | None = None) -> bool:
    """A sign of life of a running training. Returns True if it is to stop: cancelled, or given up as lost.

    progress: 0 to 1. message: what it does, for people. row: appended to the history if given.
    """
    with store.database.write() as session:
        run = find_run(session, run_id)
        if run.state is not RunState.RUNNING:
            return True
        run.progress = min(max(progress, 0.0), 1.0)
        run.message = message
        run.heartbeat_at = utc_now()
        if row is not None:
            run.history = [*run.history, dict(row)]
        return run.cancel_requested


def append_history(store: Store, run_id: int, row: Mapping[str, Any]) -> None:
    """Append one row (anything that JSON can hold) to the history of a run."""
    with store.database.write() as session:
        run = find_run(session, run_id)
        run.history = [*run.history, dict(row)]  # a new list: JSON columns do not notice changes inside


def request_cancel(store: Store, run_id: int, *, by: str) -> RunRecord:
    """Stop a run: at once if it is queued, at its next sign of life if running, not at all if over."""
    with store.database.write() as session:
        run = find_run(session, run_id)
        if run.state not in UNFINISHED:
            return RunRecord.of(run)
        run.cancel_requested = True
        if run.state is RunState.QUEUED:
            _end(run, RunState.CANCELLED)
        return _told(session, run, "cancel_requested", by=by)


def finish(
    store: Store, run_id: int, state: RunState, *, verdict: str | None, candidate_id: int | None = None
) -> RunRecord:
    """End a run as `state`. verdict: what came of it, for people. candidate_id: the model that it made."""
    with store.database.write() as session:
        run = find_run(session, run_id)
        _end(run, state)
        run.verdict = verdict
        run.candidate_id = candidate_id
        if state is RunState.SUCCEEDED:
            run.progress = 1.0
        return _told(session, run, state.value)


def mark_interrupted(
    store: Store, *, is_alive: Callable[[int], bool], queue_patience: timedelta = QUEUE_PATIENCE
) -> tuple[RunRecord, ...]:
    """Give up the runs that nobody works on any more, and return them.

    These are the running ones whose process is gone (is_alive: told a process id), and the queued ones that
    no process has taken for `queue_patience`.
    """
    with store.database.write() as session:
        lost = [run for run in _unfinished(session) if _is_lost(run, is_alive, queue_patience)]
        for run in lost:
            _end(run, RunState.INTERRUPTED)
            run.verdict = _LOST
        return tuple(_told(session, run, "interrupted") for run in lost)


def get_run(store: Store, run_id: int) -> RunRecord:
    """The run, or NotFoundError."""
    with store.database.read() as session:
        return RunRecord.of(find_run(session, run_id))


def list_runs(store: Store) -> tuple[RunRecord, ...]:
    """All runs, newest first."""
    with store.database.read() as session:
        rows = session.scalars(select(schema.TrainingRun).order_by(schema.TrainingRun.id.desc()))
        return tuple(RunRecord.of(row) for row in rows)


def _unfinished(session: Session) -> list[schema.TrainingRun]:
    query = select(schema.TrainingRun).where(schema.TrainingRun.state.in_(UNFINISHED))
    return list(session.scalars(query.order_by(schema.TrainingRun.id)))


def _is_lost(run: schema.TrainingRun, is_alive: Callable[[int], bool], queue_patience: timedelta) -> bool:
    if run.pid is None:
        return utc_now() - run.created_at > queue_patience
    return not is_alive(run.pid)


def _end(run: schema.TrainingRun, state: RunState) -> None:
    run.state = check_transition(run.state, state)
    run.finished_at = utc_now()


def _told(session: Session, run: schema.TrainingRun, what: str, *, by: str = "training") -> RunRecord:
    """Tell the audit trail, and return the run as it now is."""
    record_event(session, actor=by, action=f"training.{what}", data={"run_id": run.id})
    session.flush()
    return RunRecord.of(run)
