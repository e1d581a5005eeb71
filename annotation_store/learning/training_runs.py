"""Training runs: asked for by a person or a trigger, run by another process, which tells the store how it goes.

A run whose process is killed is put back into the queue, and the next process goes on from the last checkpoint; one
whose process is killed again and again is given up.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import shared_now, utc_now
from annotation_store.errors import ClaimLostError, RunInProgressError, StoreBusyError
from annotation_store.events import record_event
from annotation_store.kinds import ModelKind, RunCause
from annotation_store.records import RunRecord
from annotation_store.rows import find_run
from annotation_store.states import RunState, check_transition, in_words
from annotation_store.store import Store
from annotation_store.workers.places import here, process_is_alive

UNFINISHED = (RunState.QUEUED, RunState.RUNNING)
SILENCE = timedelta(minutes=2)
"""A training of another computer that was not heard of for so long is gone. It is heard of each 20 seconds, whatever it
does; a network that is away for a minute does not cost its learning."""
QUEUE_PATIENCE = timedelta(hours=1)
MOST_ATTEMPTS = 3
_LOST = "The training stopped without a word: the machine or the studio was shut down. Start it anew."
_GIVEN_UP = (
    f"The process of this training was ended {MOST_ATTEMPTS} times, most often because memory ran out: close other "
    "programs, then start it anew. What serves is unchanged."
)


def request(
    store: Store, *, by: str, kind: ModelKind = ModelKind.MATTING, cause: RunCause = RunCause.BUTTON
) -> RunRecord:
    """Ask for a training. Raises RunInProgressError while another of the same kind is unfinished."""
    with store.database.write() as session:
        _check_none_is_unfinished(session, kind)
        run = schema.TrainingRun(
            kind=kind,
            cause=cause,
            state=RunState.QUEUED,
            progress=0.0,
            message="",
            requested_by=by,
            cancel_requested=False,
            log_path="",
            attempts=0,
        )
        session.add(run)
        session.flush()
        run.log_path = f"{folder_of(run.id)}/training.log"
        return _told(session, run, "requested", by=by)


def folder_of(run_id: int) -> str:
    """Where a run keeps its log and its checkpoint, relative to the store's folder."""
    return f"runs/{run_id:04d}"


def start(store: Store, run_id: int, pid: int, *, device: str | None = None, alone: bool = False) -> RunRecord:
    """The process `pid` of this computer begins a queued run.

    alone: only if no other training of the studio is at work, which may have begun on another computer since somebody
    looked; else StoreBusyError. Raises InvalidTransitionError if it was cancelled meanwhile, or begun by another.
    """
    with store.database.write() as session:
        run = find_run(session, run_id)
        if alone:
            _check_none_is_at_work_but(session, run_id)
        run.state = check_transition(run.state, RunState.RUNNING)
        run.pid, run.host, run.device = pid, here().host, device
        run.log_blob = None  # of an earlier end
        run.attempts += 1
        run.heartbeat_at = shared_now(session)
        run.started_at = run.started_at or utc_now()
        return _told(session, run, "started" if run.attempts == 1 else "resumed")


def attach(
    store: Store,
    run_id: int,
    *,
    training_set_id: int | None = None,
    parent_model_id: int | None = None,
    candidate_id: int | None = None,
    begun: RunRecord | None = None,
) -> RunRecord:
    """Note from which frozen set the run learns, which version it goes on from, and what it has made.

    begun: see `beat`. Raises ClaimLostError.
    """
    with store.database.write() as session:
        run = _of_whoever_began(find_run(session, run_id), begun)
        run.training_set_id = training_set_id or run.training_set_id
        run.parent_model_id = parent_model_id or run.parent_model_id
        run.candidate_id = candidate_id or run.candidate_id
        session.flush()
        return RunRecord.of(run)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a training's curves. step: 1, 2, ... figures: by name; one that is no finite number is not kept."""

    step: int
    figures: Mapping[str, float]
    samples_per_second: float | None = None
    seconds_left: float | None = None


def beat(
    store: Store,
    run_id: int,
    *,
    progress: float,
    message: str,
    point: Point | None = None,
    begun: RunRecord | None = None,
) -> bool:
    """A sign of life of a running training. Returns True if it is to stop: cancelled, or given up as lost.

    progress: 0 to 1. message: what it does, for people. point: kept for the curves if given. begun: the run as whoever
    says so has begun it. Raises ClaimLostError if it was taken for gone, and the run is for another process by now.
    """
    with store.database.write() as session:
        run = _of_whoever_began(find_run(session, run_id), begun)
        if run.state is not RunState.RUNNING:
            return True
        run.progress = min(max(progress, 0.0), 1.0)
        run.message = message
        run.heartbeat_at = shared_now(session)
        run.samples_per_second = None if point is None else point.samples_per_second
        run.seconds_left = None if point is None else point.seconds_left
        if point is not None:
            # JSON knows neither infinity nor NaN, and PostgreSQL takes it at its word
            figures = {name: value for name, value in point.figures.items() if math.isfinite(value)}
            # a resumed training comes by the steps since its checkpoint once more
            session.merge(schema.TrainingPoint(run_id=run_id, position=point.step, figures=figures))
        return run.cancel_requested


def is_there(store: Store, begun: RunRecord) -> None:
    """A bare sign of life, for the minutes in which a training has nothing to tell. begun: see `beat`."""
    with store.database.write() as session:
        run = find_run(session, begun.id)
        if _is_of(run, begun):
            run.heartbeat_at = shared_now(session)


def curve(store: Store, run_id: int) -> tuple[Point, ...]:
    """The points of a training so far, by their steps."""
    query = select(schema.TrainingPoint).filter_by(run_id=run_id).order_by(schema.TrainingPoint.position)
    with store.database.read() as session:
        return tuple(Point(row.position, row.figures) for row in session.scalars(query))


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
    store: Store,
    run_id: int,
    state: RunState,
    *,
    verdict: str | None,
    candidate_id: int | None = None,
    begun: RunRecord | None = None,
) -> RunRecord:
    """End a run as `state`. verdict: what came of it, for people. candidate_id: what it made, unless noted before.

    begun: see `beat`. Raises ClaimLostError.
    """
    with store.database.write() as session:
        run = _of_whoever_began(find_run(session, run_id), begun)
        _end(run, state)
        run.verdict = verdict
        run.candidate_id = candidate_id or run.candidate_id
        if state is RunState.SUCCEEDED:
            run.progress = 1.0
        return _told(session, run, state.value)


def put_back(store: Store, run_id: int, *, is_blamed: bool = True, by: str = "training") -> RunRecord:
    """Let a run whose process is gone be gone on with from its last checkpoint.

    It fails instead if that has happened MOST_ATTEMPTS times, and is cancelled if somebody wished that. is_blamed:
    whether this attempt counts, which it does not where the studio was closed in good order. A finished run stays as it
    is, but an interrupted one may go on. Raises RunInProgressError if another of its kind is unfinished meanwhile.
    """
    with store.database.write() as session:
        run = find_run(session, run_id)
        if run.state is RunState.RUNNING and not is_blamed:
            run.attempts -= 1
        return _put_back(session, run, by=by)


def put_back_lost(
    store: Store, *, is_alive: Callable[[int], bool], queue_patience: timedelta = QUEUE_PATIENCE
) -> tuple[RunRecord, ...]:
    """Put back the runs whose process is gone, and return them. is_alive: told a process id of this computer.

    Those of a command that was ended before it began them are given up as interrupted after `queue_patience`.
    """
    with store.database.read() as session:  # mostly there is nothing, and nobody is kept from writing
        if not _unfinished(session):
            return ()
    with store.database.write() as session:
        told, now = [], shared_now(session)
        for run in _unfinished(session):
            is_begun = run.state is RunState.RUNNING and run.pid is not None
            if is_begun and not is_at_work(RunRecord.of(run), is_alive=is_alive, now=now):
                told.append(_put_back(session, run, by="training"))
            elif _is_orphan(run) and run.created_at < utc_now() - queue_patience:
                _end(run, RunState.INTERRUPTED)
                run.verdict = _LOST
                told.append(_told(session, run, "interrupted"))
        return tuple(told)


def is_at_work(run: RunRecord, *, is_alive: Callable[[int], bool], now: datetime) -> bool:
    """Whether the process of a run is there: on this computer by its number, of another one by what was heard of it.

    now: by the clock that they share, `clock.shared_now`.
    """
    if run.state is not RunState.RUNNING or run.pid is None:
        return False
    if run.host not in (None, here().host):
        return run.heartbeat_at is not None and run.heartbeat_at > now - SILENCE
    return is_alive(run.pid)


def get_run(store: Store, run_id: int) -> RunRecord:
    """The run, or NotFoundError."""
    with store.database.read() as session:
        return RunRecord.of(find_run(session, run_id))


def list_runs(store: Store, *, before: int | None = None, limit: int | None = None) -> tuple[RunRecord, ...]:
    """The runs, newest first, up to `limit`; before: only those older than this run."""
    query = select(schema.TrainingRun).order_by(schema.TrainingRun.id.desc()).limit(limit)
    if before is not None:
        query = query.where(schema.TrainingRun.id < before)
    with store.database.read() as session:
        return tuple(RunRecord.of(row) for row in session.scalars(query))


def _unfinished(session: Session, kind: ModelKind | None = None) -> list[schema.TrainingRun]:
    query = select(schema.TrainingRun).where(schema.TrainingRun.state.in_(UNFINISHED))
    if kind is not None:
        query = query.filter_by(kind=kind)
    return list(session.scalars(query.order_by(schema.TrainingRun.id)))


def _check_none_is_unfinished(session: Session, kind: ModelKind) -> None:
    if other := _unfinished(session, kind):
        raise RunInProgressError(
            f"Training number {other[0].id} is {in_words(other[0].state)}: wait for it, or cancel it."
        )


def _check_none_is_at_work_but(session: Session, run_id: int) -> None:
    now = shared_now(session)
    for other in map(RunRecord.of, _unfinished(session)):
        if other.id != run_id and is_at_work(other, is_alive=process_is_alive, now=now):
            raise StoreBusyError(f"Training number {other.id} has begun meanwhile: this one waits for its end.")


def _is_of(run: schema.TrainingRun, begun: RunRecord) -> bool:
    return run.state is RunState.RUNNING and (run.host, run.pid) == (begun.host, begun.pid)


def _of_whoever_began(run: schema.TrainingRun, begun: RunRecord | None) -> schema.TrainingRun:
    """Raises ClaimLostError if that is, or is to be, another process by now."""
    if begun is not None and run.state in UNFINISHED and not _is_of(run, begun):
        raise ClaimLostError(
            f"Training number {run.id} is another process's by now: this one was not heard of for too long. "
            "Nothing is lost."
        )
    return run


def _is_orphan(run: schema.TrainingRun) -> bool:
    """Whether only the command that asked for it would ever begin it."""
    return run.state is RunState.QUEUED and run.cause is RunCause.COMMAND and not run.attempts


def _put_back(session: Session, run: schema.TrainingRun, *, by: str) -> RunRecord:
    if run.state not in (RunState.RUNNING, RunState.INTERRUPTED):
        return RunRecord.of(run)
    if run.cancel_requested:
        _end(run, RunState.CANCELLED)
        run.verdict = "Cancelled. What serves is unchanged."
        return _told(session, run, "cancelled", by=by)
    if run.attempts >= MOST_ATTEMPTS and run.state is RunState.RUNNING:
        _end(run, RunState.FAILED)
        run.verdict = _GIVEN_UP
        return _told(session, run, "failed", by=by)
    if run.state is RunState.INTERRUPTED:
        _check_none_is_unfinished(session, run.kind)
    run.state = check_transition(run.state, RunState.QUEUED)
    run.pid = run.finished_at = run.verdict = run.seconds_left = None
    run.heartbeat_at = shared_now(session)
    return _told(session, run, "put_back", by=by)


def _end(run: schema.TrainingRun, state: RunState) -> None:
    run.state = check_transition(run.state, state)
    run.finished_at, run.seconds_left = utc_now(), None


def _told(session: Session, run: schema.TrainingRun, what: str, *, by: str = "training") -> RunRecord:
    """Tell the audit trail, and return the run as it now is."""
    record_event(session, actor=by, action=f"training.{what}", data={"run_id": run.id})
    session.flush()
    return RunRecord.of(run)
