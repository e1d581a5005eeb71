"""Reopening: what was decided about an image is taken back."""

from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.edit_log import read_tail
from annotation_store.kinds import BEGINNINGS, Verdict
from annotation_store.records import ImageRecord
from annotation_store.reviews.decisions import decide
from annotation_store.revisions import matte_hash
from annotation_store.rows import find_head, find_image, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store


def reopen(store: Store, image_id: int, *, by: str) -> ImageRecord:
    """Open an approved or skipped image again, where it stood: waiting, drafted, or in correction once somebody was."""
    with store.database.write() as session:
        image = find_image(session, image_id)
        move_image(image, _state_of_work(session, image), out_of=(ImageState.APPROVED, ImageState.SKIPPED))
        image.failure = None
        decide(session, image, Verdict.REOPENED, by=by, before=matte_hash(session, image))
        return ImageRecord.of(image)


def _state_of_work(session: Session, image: schema.Image) -> ImageState:
    if image.head_revision_id is None:
        return ImageState.WAITING
    head = find_head(session, image)
    if head.kind not in BEGINNINGS or read_tail(session, head.id).active:
        return ImageState.IN_CORRECTION
    return ImageState.READY
