"""Trainings that another machine has carried out: told by what it hands in, and entered as runs that have succeeded.

Which photos a version has learnt from is found through its run, so one that was trained elsewhere needs one, too.
"""

from collections.abc import Sequence

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.events import record_event
from annotation_store.kinds import ModelKind, RunCause
from annotation_store.learning.training_runs import Point, folder_of
from annotation_store.records import RunRecord
from annotation_store.rows import find_model, find_run
from annotation_store.states import RunState
from annotation_store.store import Store


def enter_run_elsewhere(
    store: Store,
    *,
    kind: ModelKind,
    training_set_id: int | None,
    parent_model_id: int | None,
    points: Sequence[Point],
    device: str | None,
    verdict: str,
    by: str,
) -> RunRecord:
    """Enter a finished run, whatever runs here meanwhile. device: words about the machine. points: of its curves."""
    now = utc_now()
    with store.database.write() as session:
        run = schema.TrainingRun(
            kind=kind,
            cause=RunCause.COMMAND,
            state=RunState.SUCCEEDED,
            progress=1.0,
            message="",
            training_set_id=training_set_id,
            parent_model_id=parent_model_id,
            requested_by=by,
            cancel_requested=False,
            log_path="",
            attempts=1,
            started_at=now,
            finished_at=now,
            verdict=verdict,
            device=device,
        )
        session.add(run)
        session.flush()
        run.log_path = f"{folder_of(run.id)}/training.log"
        session.add_all(
            schema.TrainingPoint(run_id=run.id, position=point.step, figures=dict(point.figures)) for point in points
        )
        record_event(session, actor=by, action="training.entered", data={"run_id": run.id})
        session.flush()
        return RunRecord.of(run)


def attach_candidate(store: Store, run_id: int, model_id: int) -> RunRecord:
    """Note what came of an entered run."""
    with store.database.write() as session:
        run = find_run(session, run_id)
        run.candidate_id = find_model(session, model_id).id
        session.flush()
        return RunRecord.of(run)
