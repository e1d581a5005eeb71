"""Flags: a person marks an image for a second look. Whatever its state, it stays in that state."""

from annotation_store.clock import utc_now
from annotation_store.events import record_event
from annotation_store.records import ImageRecord
from annotation_store.remarks import check_remark
from annotation_store.rows import find_image
from annotation_store.store import Store


def flag(store: Store, image_id: int, *, note: str, by: str) -> ImageRecord:
    """Mark an image. note: what to look at, up to 2000 characters, may be empty; it replaces an earlier one.

    Raises NotFoundError, or InvalidTextError if the note is too long.
    """
    note = check_remark(note)
    with store.database.write() as session:
        image = find_image(session, image_id)
        image.flagged_at, image.flagged_by, image.flag_note = utc_now(), by, note
        record_event(session, actor=by, action="image.flagged", image_id=image_id, data={"note": note})
        session.flush()
        return ImageRecord.of(image)


def unflag(store: Store, image_id: int, *, by: str) -> ImageRecord:
    """Take the mark away; nothing happens without one. Raises NotFoundError."""
    with store.database.write() as session:
        image = find_image(session, image_id)
        if image.flagged_at is not None:
            image.flagged_at = image.flagged_by = image.flag_note = None
            record_event(session, actor=by, action="image.unflagged", image_id=image_id)
            session.flush()
        return ImageRecord.of(image)
