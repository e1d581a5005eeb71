"""Which version serves a project: letting one serve, and going back."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from annotation_store.errors import NotFoundError
from annotation_store.people.roles import Ability
from studio import serving
from studio.api.authorisation import needs
from studio.api.contracts import Request
from studio.api.dependencies import LARGEST_ID, StudioDep, VisitorDep
from studio.api.models import ModelName, find_model
from studio.sign_in.visitor import Visitor

router = APIRouter(tags=["models"])


class ServeIn(Request):
    """project: its number."""

    project: Annotated[int, Field(ge=1, le=LARGEST_ID)]


class ServesOut(BaseModel):
    """name: what serves the project now; None for the drafter that learns nothing."""

    project: int
    name: str | None


@router.post("/models/{name}/serve")
@needs(Ability.LEAD)
def serve_model(name: ModelName, body: ServeIn, studio: StudioDep, visitor: VisitorDep) -> ServesOut:
    """Let a version serve a project; a conflict if it was refused there."""
    version = find_model(studio, name)
    _require_project(visitor, body.project)
    serving.let_serve(studio.store, version, body.project, by=visitor.name)
    return ServesOut(project=body.project, name=version.name)


@router.post("/models/{name}/roll-back")
@needs(Ability.LEAD)
def roll_back_model(name: ModelName, body: ServeIn, studio: StudioDep, visitor: VisitorDep) -> ServesOut:
    """Go back from a version to what served the project before it; a conflict if it does not serve there."""
    version = find_model(studio, name)
    _require_project(visitor, body.project)
    now = serving.roll_back(studio.store, version, body.project, by=visitor.name)
    return ServesOut(project=body.project, name=None if now is None else now.name)


def _require_project(visitor: Visitor, project_id: int) -> None:
    if not visitor.sees(project_id):
        raise NotFoundError(f"There is no project number {project_id}: reload the list of projects.")
