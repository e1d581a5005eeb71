"""The guidelines that the lead has written, for the operator to read beside the image."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from annotation_store import gallery
from annotation_store.people.roles import Ability
from annotation_store.projects import get_project
from studio.api.authorisation import check_image, needs
from studio.api.dependencies import LARGEST_ID, StudioDep, VisitorDep
from studio.guidelines import read_guidelines

router = APIRouter(tags=["guidelines"])


class GuidelinesOut(BaseModel):
    """text: Markdown, empty if none were written; updated_at is None then."""

    text: str
    updated_at: datetime | None


@router.get("/guidelines")
@needs(Ability.LOOK)
def read_guidelines_text(
    studio: StudioDep, visitor: VisitorDep, image: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None
) -> GuidelinesOut:
    """The guidelines of an image's project; without any there, those of the whole studio, in its data folder."""
    if image is not None:
        check_image(studio, visitor, image)
        project = get_project(studio.store, gallery.get_image(studio.store, image).project_id)
        if project.guidelines:
            return GuidelinesOut(text=project.guidelines, updated_at=project.guidelines_at)
    return GuidelinesOut.model_validate(read_guidelines(studio.store.folder), from_attributes=True)
