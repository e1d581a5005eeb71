"""The draft of each photo: claimed by a worker, then recorded as a revision or as a failure."""

from sqlalchemy import select

from annotation_store import schema
from annotation_store.edit_log import read_tail
from annotation_store.errors import InvalidTransitionError
from annotation_store.events import record_event
from annotation_store.gallery import get_image
from annotation_store.kinds import RevisionKind
from annotation_store.pilots.running import check_keeps_draft
from annotation_store.queue import leases
from annotation_store.queue.difficulty import Difficulty
from annotation_store.records import ImageRecord, RevisionRecord
from annotation_store.revisions import add_revision, matte_hash, put_matte
from annotation_store.rows import find_image, find_model, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.arrays import Alpha, Trimap


def claim_next_for_drafting(store: Store) -> ImageRecord | None:
    """Take the oldest waiting image, so that no other worker drafts it too; None if none waits."""
    oldest_waiting = select(schema.Image).filter_by(state=ImageState.WAITING).order_by(schema.Image.id).limit(1)
    with store.database.write() as session:
        if (image := session.scalar(oldest_waiting)) is None:
            return None
        move_image(image, ImageState.DRAFTING)
        session.flush()
        return ImageRecord.of(image)


def record_draft(
    store: Store,
    image_id: int,
    *,
    trimap: Trimap,
    alpha: Alpha,
    model_id: int | None,
    drafter: str | None,
    by: str,
    difficulty: Difficulty | None = None,
) -> RevisionRecord:
    """Keep the draft of a claimed image as its new head; the image is then ready for correction.

    trimap: uint8, HxW, {0, 128, 255}. alpha: float32, HxW, [0, 1], exactly 0 and 1 where the trimap is known;
    kept in 16-bit steps. model_id: the model version that made the alpha. drafter: the name of what made the
    trimap. difficulty: how hard the image will be with this draft, None if nobody has looked. Raises
    InvalidArrayError or MismatchedMatteError if the arrays break that, or do not fit the photo.
    """
    record = get_image(store, image_id)
    matte = put_matte(store, record, trimap=trimap, alpha=alpha)
    with store.database.write() as session:
        image = find_image(session, image_id)
        move_image(image, ImageState.READY, out_of=(ImageState.DRAFTING,))
        if model_id is not None:
            find_model(session, model_id)
        image.failure = None
        image.difficulty = None if difficulty is None else difficulty.expected_sad
        image.confidence = None if difficulty is None else difficulty.confidence
        before = matte_hash(session, image)
        revision = add_revision(
            session,
            image,
            kind=RevisionKind.DRAFT,
            matte=matte,
            model_id=model_id,
            drafter=drafter,
            author=by,
        )
        data = {"revision_id": revision.id, "model_id": model_id, "drafter": drafter}
        record_event(
            session,
            actor=by,
            action="image.drafted",
            image_id=image_id,
            data=data,
            before=before,
            after=matte.digest,
        )
        return RevisionRecord.of(revision)


def record_draft_failure(store: Store, image_id: int, reason: str, *, by: str = "drafting") -> ImageRecord:
    """Note why no draft could be made of a claimed image; `request_redraft` tries again."""
    with store.database.write() as session:
        image = find_image(session, image_id)
        move_image(image, ImageState.FAILED)
        image.failure = reason
        record_event(session, actor=by, action="image.draft_failed", image_id=image_id, data={"reason": reason})
        session.flush()
        return ImageRecord.of(image)


def postpone_draft(store: Store, image_id: int, reason: str, *, by: str = "drafting") -> ImageRecord:
    """Let a claimed image wait again: for a reason that is none of its own, and that is told beside it until then."""
    with store.database.write() as session:
        image = find_image(session, image_id)
        move_image(image, ImageState.WAITING, out_of=(ImageState.DRAFTING,))
        image.failure = reason
        data = {"reason": reason}
        record_event(session, actor=by, action="image.draft_postponed", image_id=image_id, data=data)
        session.flush()
        return ImageRecord.of(image)


def return_unfinished_drafts(store: Store) -> int:
    """After a crash of the only drafting worker: let all claimed images wait again. Returns how many."""
    with store.database.write() as session:
        unfinished = session.scalars(select(schema.Image).filter_by(state=ImageState.DRAFTING)).all()
        for image in unfinished:
            move_image(image, ImageState.WAITING)
        return len(unfinished)


def request_redraft(store: Store, image_id: int, *, by: str) -> ImageRecord:
    """Let an image wait for a new draft, which will be the child of its present head.

    Raises InvalidTransitionError if strokes lie on the present head: the new draft would hide them; InPilotError, which
    is one, while the image is in a pilot; LeasedError if somebody else has the image in hand.
    """
    with store.database.write() as session:
        image = find_image(session, image_id)
        if image.honeypot_of_id is not None:
            return ImageRecord.of(image)  # everybody's copy starts from the same draft
        check_keeps_draft(session, image)
        if strokes := read_tail(session, image.head_revision_id).active:
            raise InvalidTransitionError(
                f"“{image.name}” carries {strokes} strokes that a new draft would hide: "
                "undo them first, or approve the image."
            )
        move_image(image, ImageState.WAITING, out_of=(ImageState.READY, ImageState.IN_CORRECTION, ImageState.FAILED))
        image.failure = None
        leases.end(session, image, by=by)
        record_event(session, actor=by, action="image.redraft_requested", image_id=image_id)
        session.flush()
        return ImageRecord.of(image)
