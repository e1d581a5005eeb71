"""Approving what one sees, or handing it to a reviewer."""

from typing import Literal

from annotation_store.corrections import open_document
from annotation_store.kinds import Verdict
from annotation_store.queue import honeypots
from annotation_store.records import ImageRecord
from annotation_store.reviews import four_eyes
from annotation_store.reviews.decisions import decide
from annotation_store.reviews.seen import Seen, add_correction, check_still_so, put_what_was_seen
from annotation_store.revisions import matte_hash
from annotation_store.rows import find_image, move_image
from annotation_store.states import ImageState, check_transition
from annotation_store.store import Store


def approve(store: Store, image_id: int, seen: Seen, *, by: str) -> ImageRecord:
    """Approve an image as it was seen.

    If edits count, or the alpha is not the one of the revision, a new revision is made of what was seen and
    becomes the head; else the revision itself is approved. Raises ConflictError if the image was changed in
    the meantime, LeasedError if somebody else has it in hand, InvalidTransitionError if it is not open, FourEyesError
    if the project asks for somebody else's eyes, MismatchedMatteError or InvalidArrayError if the arrays do not fit.
    """
    return _keep(store, image_id, seen, verdict=Verdict.APPROVED, by=by)


def submit(store: Store, image_id: int, seen: Seen, *, by: str) -> ImageRecord:
    """Hand an image as it was seen to a reviewer: kept exactly as `approve` keeps it, but in review, not approved.

    Raises as `approve` does, but for FourEyesError.
    """
    return _keep(store, image_id, seen, verdict=Verdict.SUBMITTED, by=by)


_LEADS_TO = {Verdict.APPROVED: ImageState.APPROVED, Verdict.SUBMITTED: ImageState.IN_REVIEW}


def _keep(
    store: Store, image_id: int, seen: Seen, *, verdict: Literal[Verdict.APPROVED, Verdict.SUBMITTED], by: str
) -> ImageRecord:
    document = open_document(store, image_id)
    check_transition(document.image.state, _LEADS_TO[verdict])
    if verdict is Verdict.APPROVED:
        four_eyes.check(store, image_id, by=by)  # once more below: this one saves the encoding
    corrected = put_what_was_seen(store, document, seen)
    errors = honeypots.errors_of(store, document.image, seen.alpha)
    with store.database.write() as session:
        image = find_image(session, image_id)
        check_still_so(session, image, seen)
        if verdict is Verdict.APPROVED:
            four_eyes.check_in(session, image, by=by, is_changed=corrected is not None)
        move_image(image, _LEADS_TO[verdict])
        before = matte_hash(session, image)
        if corrected is not None:
            add_correction(session, image, corrected, seen=seen, by=by)
        if errors is not None:
            honeypots.keep_result(session, image, errors, by=by)
        decide(session, image, verdict, by=by, before=before)
        return ImageRecord.of(image)
