"""Returning: a reviewer lets an image be corrected again, and says why, in words and at places."""

from collections.abc import Sequence

from annotation_store.kinds import Verdict
from annotation_store.notes import NewNote, pin
from annotation_store.records import ImageRecord
from annotation_store.remarks import require_remark
from annotation_store.reviews.decisions import decide
from annotation_store.revisions import matte_hash
from annotation_store.rows import find_image, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store


def return_to_operator(
    store: Store, image_id: int, *, reason: str, by: str, notes: Sequence[NewNote] = ()
) -> ImageRecord:
    """Let an image that is in review or approved be corrected again, from the revision that was submitted or approved.

    notes: pinned to it, all of them or, if anything is wrong, nothing at all. Raises InvalidTextError unless the reason
    has 1 to 2000 characters, InvalidTransitionError if the image is in another state, and whatever `add_note` raises.
    """
    reason = require_remark(reason, asked_for="what is to be corrected before the image is returned")
    with store.database.write() as session:
        image = find_image(session, image_id)
        move_image(image, ImageState.IN_CORRECTION, out_of=(ImageState.IN_REVIEW, ImageState.APPROVED))
        decide(session, image, Verdict.RETURNED, by=by, before=matte_hash(session, image), note=reason)
        for note in notes:
            pin(session, image, note, by=by)
        return ImageRecord.of(image)
