"""Flags: images that are marked for a second look."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from annotation_store import flags
from annotation_store.people.roles import Ability
from annotation_store.records import ImageRecord
from studio.api.authorisation import needs
from studio.api.contracts import Request
from studio.api.dependencies import ImageId, PersonDep, StudioDep

router = APIRouter(tags=["flags"])


class FlagIn(Request):
    note: str = Field("", max_length=2000)


class FlagOut(BaseModel):
    """flag_note: perhaps empty; None if the image is not flagged."""

    flagged: bool
    flag_note: str | None

    @staticmethod
    def of(image: ImageRecord) -> "FlagOut":
        return FlagOut(flagged=image.flagged, flag_note=image.flag_note)


@router.post("/images/{image_id}/flag")
@needs(Ability.CORRECT)
def flag_image(image_id: ImageId, body: FlagIn, studio: StudioDep, person: PersonDep) -> FlagOut:
    """Mark the image for a second look; its state stays."""
    return FlagOut.of(flags.flag(studio.store, image_id, note=body.note, by=person))


@router.post("/images/{image_id}/unflag")
@needs(Ability.CORRECT)
def unflag_image(image_id: ImageId, studio: StudioDep, person: PersonDep) -> FlagOut:
    """Take the mark away."""
    return FlagOut.of(flags.unflag(studio.store, image_id, by=person))
