"""Trainings: what there was, how the one that runs is getting on, beginning one and giving it up."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from annotation_store.kinds import ModelKind, RunCause
from annotation_store.learning import model_registry, training_runs, training_sets
from annotation_store.people.roles import Ability
from annotation_store.records import RunRecord
from annotation_store.states import RunState
from annotation_store.store import Store
from studio.api.authorisation import needs
from studio.api.contracts import Request
from studio.api.dependencies import LARGEST_ID, PersonDep, StudioDep
from studio.api.paging import USUAL, Before, Limit, PagerDep

router = APIRouter(tags=["trainings"])

RunId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class TrainingIn(Request):
    """kind: of the model that is to learn."""

    kind: ModelKind


class TrainingOut(BaseModel):
    """progress: 0 to 1. message: what it does now. candidate: the name of what it made. verdict: what came of it."""

    id: int
    kind: ModelKind
    cause: RunCause
    state: RunState
    progress: float
    message: str
    verdict: str | None
    candidate: str | None
    requested_by: str
    cancel_requested: bool
    seconds_left: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @staticmethod
    def of(run: RunRecord, store: Store) -> "TrainingOut":
        candidate = None if run.candidate_id is None else model_registry.get_model(store, run.candidate_id).name
        fields = {name: getattr(run, name) for name in TrainingOut.model_fields if name != "candidate"}
        return TrainingOut(**fields, candidate=candidate)


class TrainingsOut(BaseModel):
    """Newest first. before: ask with it for the next page; None at the end."""

    trainings: list[TrainingOut]
    before: int | None


@router.get("/trainings")
@needs(Ability.LEAD)
def list_trainings(studio: StudioDep, pager: PagerDep, before: Before = None, limit: Limit = USUAL) -> TrainingsOut:
    """The trainings, newest first."""
    found = training_runs.list_runs(studio.store, before=before, limit=limit + 1)
    page, following = pager.cut(found, limit, by="before", place=lambda run: run.id)
    return TrainingsOut(trainings=[TrainingOut.of(run, studio.store) for run in page], before=following)


@router.get("/trainings/{run_id}")
@needs(Ability.LEAD)
def read_training(run_id: RunId, studio: StudioDep) -> TrainingOut:
    """How a training is getting on, or what came of it; its log is under /runs/ID/log."""
    return TrainingOut.of(training_runs.get_run(studio.store, run_id), studio.store)


@router.post("/trainings", status_code=201)
@needs(Ability.LEAD)
def start_training(body: TrainingIn, studio: StudioDep, person: PersonDep) -> TrainingOut:
    """Begin a training from what is approved; a conflict while one of the same kind is unfinished."""
    training_sets.preview(studio.store, validation_share=studio.settings.validation_share)
    run = training_runs.request(studio.store, by=person, kind=body.kind, cause=RunCause.BUTTON)
    studio.jobs.train(run.id)
    return TrainingOut.of(run, studio.store)


@router.post("/trainings/{run_id}/cancel")
@needs(Ability.LEAD)
def cancel_training(run_id: RunId, studio: StudioDep, person: PersonDep) -> TrainingOut:
    """Give a training up: at once if it waits, at its next sign of life if it runs; what is over stays as it is."""
    return TrainingOut.of(training_runs.request_cancel(studio.store, run_id, by=person), studio.store)
