"""Approving drafts together, where a project allows it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from annotation_store import reviews
from annotation_store.people.roles import Ability
from annotation_store.reviews.bulk_approval import Hindrance, bulk_threshold
from studio.api.authorisation import needs
from studio.api.contracts import Request
from studio.api.dependencies import LARGEST_ID, PersonDep, StudioDep
from studio.api.paging import After, PagerDep

router = APIRouter(tags=["bulk approval"])

ProjectId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class CandidateOut(BaseModel):
    """confidence: of the draft, 0 to 1."""

    id: int
    name: str
    confidence: float


class CandidatesOut(BaseModel):
    """confidence: from which on drafts may be approved together; None if they may not. images: the surest first.

    after: ask with it for the next page; None at the end.
    """

    confidence: float | None
    images: list[CandidateOut]
    after: int | None


class BulkIn(Request):
    image_ids: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(min_length=1, max_length=500)


class LeftOutOut(BaseModel):
    id: int
    why: Hindrance


class BulkReportOut(BaseModel):
    """approved: numbers of images. left_out: those that had become unfit, and why."""

    approved: list[int]
    left_out: list[LeftOutOut]


@router.get("/projects/{project_id}/bulk-approval")
@needs(Ability.REVIEW)
def read_bulk_candidates(
    project_id: ProjectId,
    studio: StudioDep,
    pager: PagerDep,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> CandidatesOut:
    """The drafts that may be approved together."""
    threshold = bulk_threshold(studio.store, project_id)
    found = reviews.bulk_candidates(studio.store, project_id, after=after, limit=limit + 1)
    candidates, following = pager.cut(found, limit, by="after", place=lambda image: image.id)
    return CandidatesOut(
        confidence=threshold,
        images=[CandidateOut.model_validate(image, from_attributes=True) for image in candidates],
        after=following,
    )


@router.post("/projects/{project_id}/bulk-approval")
@needs(Ability.REVIEW)
def approve_in_bulk(project_id: ProjectId, body: BulkIn, studio: StudioDep, person: PersonDep) -> BulkReportOut:
    """Approve these drafts as they stand; what has become unfit since it was chosen is left out."""
    report = reviews.approve_in_bulk(studio.store, project_id, body.image_ids, by=person)
    for image in report.approved:
        studio.sessions.forget(image.id)
    return BulkReportOut(
        approved=[image.id for image in report.approved],
        left_out=[LeftOutOut(id=each.image_id, why=each.why) for each in report.left_out],
    )
