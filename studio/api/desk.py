"""What the desk shows beside an image: the person's progress of today."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from annotation_store.clock import utc_now
from annotation_store.people.roles import Ability
from annotation_store.progress import day_around, progress_of
from studio.api.authorisation import needs
from studio.api.dependencies import StudioDep, VisitorDep

router = APIRouter(prefix="/desk", tags=["desk"])

Offset = Annotated[int, Query(ge=-12 * 60, le=14 * 60)]


class TodayOut(BaseModel):
    """approved, submitted, skipped: images on which the person so decided today. left: open ones, in their projects."""

    approved: int
    submitted: int
    skipped: int
    left: int


@router.get("/today")
@needs(Ability.LOOK)
def read_today(offset_minutes: Offset, studio: StudioDep, visitor: VisitorDep) -> TodayOut:
    """The progress of today, which begins at midnight where clocks are `offset_minutes` ahead of UTC (Japan: 540)."""
    since, until = day_around(utc_now(), offset_minutes=offset_minutes)
    progress = progress_of(studio.store, visitor.name, since=since, until=until, project_ids=visitor.projects)
    return TodayOut.model_validate(progress, from_attributes=True)
