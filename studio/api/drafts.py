"""A new draft for an image."""

from fastapi import APIRouter

from annotation_store import drafts
from annotation_store.people.roles import Ability
from studio.api.authorisation import needs
from studio.api.contracts import StateOut
from studio.api.dependencies import ImageId, PersonDep, StudioDep

router = APIRouter(tags=["drafts"])


@router.post("/images/{image_id}/draft", status_code=202)
@needs(Ability.CORRECT)
def request_draft(image_id: ImageId, studio: StudioDep, person: PersonDep) -> StateOut:
    """Have the image wait for a new draft; a conflict while strokes lie on it, which that would hide."""
    image = drafts.request_redraft(studio.store, image_id, by=person)
    studio.sessions.forget(image_id)
    studio.jobs.draft()
    return StateOut(state=image.state)
