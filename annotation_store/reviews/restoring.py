"""Restoring: an earlier matte of an image becomes the newest once more, and nothing that lay on top of it is lost."""

from annotation_store.corrections import open_document
from annotation_store.errors import NothingToRestoreError
from annotation_store.events import record_event
from annotation_store.kinds import RevisionKind
from annotation_store.pilots.running import check_may_go_back
from annotation_store.queue.leases import hold
from annotation_store.records import ImageRecord
from annotation_store.reviews.seen import Seen, add_correction, check_still_so, put_what_was_seen
from annotation_store.revisions import MatteBlobs, add_revision, get_numbered, get_revision, matte_hash
from annotation_store.rows import find_image, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store


def restore(store: Store, image_id: int, seen: Seen, *, revision_number: int, by: str) -> ImageRecord:
    """Let the matte of revision `revision_number` be the newest, as a revision of its own; the image is in correction.

    Edits that count on the present revision become a revision first, exactly as `approve` would keep them. Raises
    NotFoundError, ConflictError if the image was changed since it was seen, LeasedError if somebody else has it in
    hand, InPilotError for a draft that a pilot has taken away, NothingToRestoreError if that is its matte already,
    InvalidTransitionError while a draft is made of it, MismatchedMatteError or InvalidArrayError if the arrays of
    `seen` do not fit.
    """
    target = get_numbered(store, image_id, revision_number)
    document = open_document(store, image_id)
    kept = put_what_was_seen(store, document, seen)
    matte = MatteBlobs.of(target)
    if kept is None and matte == MatteBlobs.of(get_revision(store, document.revision_id)):
        raise NothingToRestoreError(
            f"“{document.image.name}” is as it was at revision {revision_number} already: choose another one."
        )
    with store.database.write() as session:
        image = find_image(session, image_id)
        check_still_so(session, image, seen)
        if image.state is not ImageState.IN_CORRECTION:
            move_image(image, ImageState.IN_CORRECTION)
        check_may_go_back(session, image, to=target.id)
        hold(session, image, by=by)
        before = matte_hash(session, image)
        if kept is not None:
            add_correction(session, image, kept, seen=seen, by=by)
        restored = add_revision(
            session,
            image,
            kind=RevisionKind.RESTORED,
            matte=matte,
            model_id=target.model_version_id,
            drafter=target.drafter,
            author=by,
        )
        data = {"revision_id": restored.id, "restored": revision_number, "kept_edits": kept is not None}
        record_event(
            session,
            actor=by,
            action="image.restored",
            image_id=image_id,
            data=data,
            before=before,
            after=matte.digest,
        )
        session.flush()
        return ImageRecord.of(image)
