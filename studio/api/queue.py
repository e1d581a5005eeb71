"""The queue: what comes next for a person, and what they have in hand."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from annotation_store import gallery
from annotation_store.people.roles import Ability
from annotation_store.queue import leases
from annotation_store.queue.open_images import count_open
from annotation_store.queue.pull import pull
from studio.api.authorisation import needs
from studio.api.contracts import Request
from studio.api.dependencies import LARGEST_ID, ImageId, PersonDep, StudioDep, VisitorDep
from studio.visible_projects import chosen_ids

router = APIRouter(tags=["queue"])

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class NextIn(Request):
    """after: the image that the person is at. passed: those that they have gone on from. project: None for all."""

    after: Id | None = None
    passed: list[Id] = Field(default_factory=list, max_length=1000)
    project: Id | None = None


class GivenOut(BaseModel):
    """id: the image that is in the person's hands now; None if there is none for them."""

    id: int | None


class LeftOut(BaseModel):
    left: int


class LeaseOut(BaseModel):
    """until: when the image is anybody's again, unless the person says meanwhile that they are still at it."""

    until: datetime


@router.post("/queue/next")
@needs(Ability.CORRECT)
def take_next(body: NextIn, studio: StudioDep, visitor: VisitorDep) -> GivenOut:
    """Give the person the next image to correct."""
    given = pull(
        studio.store,
        project_ids=chosen_ids(visitor, body.project),
        by=visitor.name,
        after=body.after,
        passed=body.passed,
    )
    return GivenOut(id=None if given is None else given.image.id)


@router.get("/queue/left")
@needs(Ability.CORRECT)
def read_left(
    studio: StudioDep, visitor: VisitorDep, project: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
) -> LeftOut:
    """How many images are open for the person."""
    return LeftOut(left=count_open(studio.store, project_ids=chosen_ids(visitor, project), person=visitor.name))


@router.post("/images/{image_id}/lease")
@needs(Ability.CORRECT)
def hold_image(image_id: ImageId, studio: StudioDep, person: PersonDep) -> LeaseOut:
    """Take the image in hand, or keep it there; a conflict if somebody else has it."""
    return LeaseOut(until=leases.take(studio.store, image_id, by=person).expires_at)


@router.post("/images/{image_id}/leave", status_code=204)
@needs(Ability.CORRECT)
def leave_image(image_id: ImageId, studio: StudioDep, person: PersonDep) -> None:
    """The person has gone on: give up what is being settled for them, and let others have the image."""
    gallery.get_image(studio.store, image_id)
    studio.sessions.leave(image_id)
    leases.release(studio.store, image_id, by=person)
