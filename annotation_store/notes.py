"""Notes pinned to a pixel of an image: what somebody saw there, until somebody has seen to it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import NotFoundError, PlaceOutsideImageError
from annotation_store.events import record_event
from annotation_store.records import NoteRecord
from annotation_store.remarks import require_remark
from annotation_store.rows import find_image
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class NewNote:
    """A text (1 to 2000 characters) for the pixel in column `x` of row `y`, both counted from 0."""

    x: int
    y: int
    text: str


def add_note(store: Store, image_id: int, *, x: int, y: int, text: str, by: str) -> NoteRecord:
    """Pin `text` (1 to 2000 characters) to the pixel in column `x` of row `y`, both counted from 0.

    Raises NotFoundError, InvalidTextError, or PlaceOutsideImageError if the image has no such pixel.
    """
    with store.database.write() as session:
        return pin(session, find_image(session, image_id), NewNote(x, y, text), by=by)


def pin(session: Session, image: schema.Image, new: NewNote, *, by: str) -> NoteRecord:
    """As `add_note`, in a session; for this floor only."""
    text = require_remark(new.text, asked_for="what is to be seen here")
    if not (0 <= new.x < image.width and 0 <= new.y < image.height):
        raise PlaceOutsideImageError(
            f"“{image.name}” has no pixel ({new.x}, {new.y}): it is {image.width}x{image.height}. "
            "Pin the note to a place inside the image."
        )
    note = schema.Note(image_id=image.id, x=new.x, y=new.y, text=text, author=by)
    session.add(note)
    session.flush()
    data = {"note_id": note.id, "x": note.x, "y": note.y, "text": text}
    record_event(session, actor=by, action="note.added", image_id=image.id, data=data)
    return NoteRecord.of(note)


def list_notes(store: Store, image_id: int) -> tuple[NoteRecord, ...]:
    """All notes on an image, the resolved ones too, oldest first. Raises NotFoundError if there is no such image."""
    query = select(schema.Note).filter_by(image_id=image_id).order_by(schema.Note.id)
    with store.database.read() as session:
        find_image(session, image_id)
        return tuple(NoteRecord.of(row) for row in session.scalars(query))


def resolve_note(store: Store, image_id: int, note_id: int, *, by: str) -> NoteRecord:
    """Note that somebody has seen to it; of a note that is resolved, who did so first is kept.

    Raises NotFoundError if there is no such image, or no such note on it.
    """
    with store.database.write() as session:
        find_image(session, image_id)
        note = _find_note(session, image_id, note_id)
        if note.resolved_at is None:
            note.resolved_at, note.resolved_by = utc_now(), by
            record_event(session, actor=by, action="note.resolved", image_id=image_id, data={"note_id": note_id})
            session.flush()
        return NoteRecord.of(note)


def _find_note(session: Session, image_id: int, note_id: int) -> schema.Note:
    note = session.get(schema.Note, note_id)
    if note is None or note.image_id != image_id:
        raise NotFoundError(f"There is no note number {note_id} on this image: reload its notes.")
    return note
