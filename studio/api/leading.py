"""What a lead decides about single images: whose they are, and whether they are served again when finished."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from annotation_store.people.roles import Ability
from annotation_store.queue import assignment, honeypots
from studio.api.authorisation import needs
from studio.api.contracts import Request
from studio.api.dependencies import ImageId, PersonDep, StudioDep

router = APIRouter(tags=["leading"])


class AssignIn(Request):
    """person: the name of their account, None for anybody."""

    person: str | None = Field(max_length=80)


class AssignedOut(BaseModel):
    assigned_to: str | None


class HoneypotIn(Request):
    """served: whether the finished image is handed out again."""

    served: bool


@router.post("/images/{image_id}/assign")
@needs(Ability.LEAD)
def assign_image(image_id: ImageId, body: AssignIn, studio: StudioDep, person: PersonDep) -> AssignedOut:
    """Have the queue hand the image out to one person only, or to anybody again."""
    if body.person is None:
        (image,) = assignment.unassign(studio.store, [image_id], by=person)
    else:
        (image,) = assignment.assign(studio.store, [image_id], to=body.person, by=person)
    return AssignedOut(assigned_to=image.assigned_to)


@router.post("/images/{image_id}/honeypot")
@needs(Ability.LEAD)
def serve_again(image_id: ImageId, body: HoneypotIn, studio: StudioDep, person: PersonDep) -> HoneypotIn:
    """Have a finished image handed out again, to see how well it comes out, or no more."""
    if body.served:
        honeypots.choose(studio.store, image_id, by=person)
    else:
        honeypots.retire(studio.store, image_id, by=person)
    return body
