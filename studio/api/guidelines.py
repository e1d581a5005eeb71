"""The guidelines that the lead has written, for the operator to read beside the image."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from annotation_store.people.roles import Ability
from studio.api.authorisation import needs
from studio.api.dependencies import StudioDep
from studio.guidelines import read_guidelines

router = APIRouter(tags=["guidelines"])


class GuidelinesOut(BaseModel):
    """text: Markdown, empty if none were written; updated_at is None then."""

    text: str
    updated_at: datetime | None


@router.get("/guidelines")
@needs(Ability.LOOK)
def read(studio: StudioDep) -> GuidelinesOut:
    """The guidelines as they stand in the data folder now."""
    return GuidelinesOut.model_validate(read_guidelines(studio.store.folder), from_attributes=True)
