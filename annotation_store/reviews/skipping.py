"""Skipping: an image is set aside."""

from annotation_store.kinds import Verdict
from annotation_store.records import ImageRecord
from annotation_store.reviews.decisions import decide
from annotation_store.revisions import matte_hash
from annotation_store.rows import find_image, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store


def skip(store: Store, image_id: int, *, reason: str, by: str) -> ImageRecord:
    """Set an image aside, with a reason; its edits stay. Raises LeasedError if somebody else has it in hand."""
    with store.database.write() as session:
        image = find_image(session, image_id)
        move_image(image, ImageState.SKIPPED)
        decide(session, image, Verdict.SKIPPED, by=by, before=matte_hash(session, image), note=reason)
        return ImageRecord.of(image)
