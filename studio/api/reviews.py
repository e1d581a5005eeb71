"""What waits for a reviewer."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from annotation_store import reviews
from annotation_store.people.roles import Ability
from annotation_store.reviews.submissions import Submission
from studio.api.authorisation import needs
from studio.api.contracts import NextOut
from studio.api.dependencies import LARGEST_ID, StudioDep, VisitorDep
from studio.api.paging import USUAL, After, Limit, PagerDep
from studio.visible_projects import chosen_ids

router = APIRouter(prefix="/reviews", tags=["reviews"])

ProjectId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


class SubmissionOut(BaseModel):
    """An image in review, who submitted it last, and when."""

    id: int
    name: str
    project: int
    submitted_by: str
    submitted_at: datetime

    @staticmethod
    def of(submission: Submission) -> "SubmissionOut":
        image = submission.image
        return SubmissionOut(
            id=image.id,
            name=image.name,
            project=image.project_id,
            submitted_by=submission.by,
            submitted_at=submission.at,
        )


class SubmissionsOut(BaseModel):
    """The one that has waited longest first. after: ask with it for the next page; None at the end."""

    submissions: list[SubmissionOut]
    after: int | None


@router.get("")
@needs(Ability.REVIEW)
def read_submissions(
    studio: StudioDep,
    visitor: VisitorDep,
    pager: PagerDep,
    project: ProjectId = None,
    after: After = None,
    limit: Limit = USUAL,
) -> SubmissionsOut:
    """The images in review that the person may approve, the one that has waited longest first."""
    projects = chosen_ids(visitor, project)
    found = reviews.list_submissions(studio.store, visitor.name, projects=projects, after=after, limit=limit + 1)
    page, following = pager.cut(found, limit, by="after", place=lambda submission: submission.image.id)
    return SubmissionsOut(submissions=[SubmissionOut.of(submission) for submission in page], after=following)


@router.get("/next")
@needs(Ability.REVIEW)
def read_next_submission(
    studio: StudioDep,
    visitor: VisitorDep,
    project: ProjectId = None,
    after: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> NextOut:
    """The next image that the person may approve, after the image `after` if given, and how many there are."""
    projects = chosen_ids(visitor, project)
    following = reviews.next_submission(studio.store, visitor.name, after=after, projects=projects)
    left = len(reviews.list_submissions(studio.store, visitor.name, projects=projects))
    return NextOut(id=None if following is None else following.image.id, left=left)
