"""Notes that are pinned to a pixel of an image."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from annotation_store import notes
from annotation_store.people.roles import Ability
from annotation_store.records import NoteRecord
from studio.api.authorisation import needs
from studio.api.contracts import NoteIn
from studio.api.dependencies import LARGEST_ID, ImageId, PersonDep, StudioDep
from studio.api.paging import USUAL, After, Limit, PagerDep

router = APIRouter(tags=["notes"])

NoteId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class NoteOut(BaseModel):
    """resolved_at, resolved_by: None while nobody has seen to it."""

    id: int
    x: int
    y: int
    text: str
    author: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None

    @staticmethod
    def of(note: NoteRecord) -> "NoteOut":
        return NoteOut.model_validate(note, from_attributes=True)


class NotesOut(BaseModel):
    """Oldest first. after: ask with it for the next page; None at the end."""

    notes: list[NoteOut]
    after: int | None


@router.get("/images/{image_id}/notes")
@needs(Ability.LOOK)
def read_notes(
    image_id: ImageId, studio: StudioDep, pager: PagerDep, after: After = None, limit: Limit = USUAL
) -> NotesOut:
    """The notes on the image, the resolved ones too, oldest first."""
    found = [note for note in notes.list_notes(studio.store, image_id) if after is None or note.id > after]
    page, following = pager.cut(found, limit, by="after", place=lambda note: note.id)
    return NotesOut(notes=[NoteOut.of(note) for note in page], after=following)


@router.post("/images/{image_id}/notes", status_code=201)
@needs(Ability.CORRECT)
def add_note(image_id: ImageId, body: NoteIn, studio: StudioDep, person: PersonDep) -> NoteOut:
    """Pin a note to a pixel."""
    return NoteOut.of(notes.add_note(studio.store, image_id, x=body.x, y=body.y, text=body.text, by=person))


@router.post("/images/{image_id}/notes/{note_id}/resolve")
@needs(Ability.CORRECT)
def resolve_note(image_id: ImageId, note_id: NoteId, studio: StudioDep, person: PersonDep) -> NoteOut:
    """Note that somebody has seen to it; of a resolved note nothing changes."""
    return NoteOut.of(notes.resolve_note(studio.store, image_id, note_id, by=person))
