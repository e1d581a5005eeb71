"""The draft of each photo: claimed by a worker, then recorded as a revision or as a failure.

worker_id: of a process that has signed on (`workers.sign_on`). What it has claimed waits again once it is gone, and
nobody else can record a draft of it meanwhile. A claim of nobody waits for `return_unfinished_drafts`. Whoever has
ended, or was taken for gone, claims nothing more: StoreBusyError, for it may do so under its next number.
"""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.edit_log import read_tail
from annotation_store.errors import ClaimLostError, InvalidTransitionError, StoreBusyError
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
from annotation_store.workers.workers import MOST_FALLS, fail_over
from matting_core.arrays import Alpha, Trimap


def claim_next_for_drafting(store: Store, *, worker_id: int | None = None) -> ImageRecord | None:
    """Take the oldest waiting image, so that no other worker drafts it too; None if none waits."""
    oldest_waiting = select(schema.Image).filter_by(state=ImageState.WAITING).order_by(schema.Image.id).limit(1)
    with store.database.write() as session:
        if (image := session.scalar(oldest_waiting)) is None:
            return None
        return _claimed(session, image, worker_id)


def claim_for_drafting(store: Store, image_id: int, *, worker_id: int) -> ImageRecord | None:
    """Take this image, if it waits, or if `worker_id` has it already; None if it is another's, or has its draft.

    Whoever takes what it has already has fallen over it; one over which that has happened MOST_FALLS times has failed.
    """
    with store.database.write() as session:
        image = find_image(session, image_id)
        if image.state is ImageState.DRAFTING:
            claim = session.get(schema.DraftClaim, image_id)
            if claim is None or claim.worker_id != worker_id:
                return None
            claim.falls += 1
            if claim.falls >= MOST_FALLS:
                fail_over(session, image)
                return None
            return ImageRecord.of(image)
        return _claimed(session, image, worker_id) if image.state is ImageState.WAITING else None


def waiting_images(store: Store, *, after: int = 0, limit: int) -> tuple[int, ...]:
    """The numbers of up to `limit` images that wait for a draft, in the order in which they came; after: this one."""
    query = select(schema.Image.id).filter_by(state=ImageState.WAITING).where(schema.Image.id > after)
    with store.database.read() as session:
        return tuple(session.scalars(query.order_by(schema.Image.id).limit(limit)))


def in_work(store: Store, worker_id: int) -> tuple[int, ...]:
    """The numbers of the images that this process has claimed and that have neither a draft nor failed."""
    query = select(schema.DraftClaim.image_id).join(schema.Image, schema.Image.id == schema.DraftClaim.image_id)
    query = query.where(schema.DraftClaim.worker_id == worker_id, schema.Image.state == ImageState.DRAFTING)
    with store.database.read() as session:
        return tuple(session.scalars(query.order_by(schema.DraftClaim.image_id)))


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
    worker_id: int | None = None,
) -> RevisionRecord:
    """Keep the draft of a claimed image as its new head; the image is then ready for correction.

    trimap: uint8, HxW, {0, 128, 255}. alpha: float32, HxW, [0, 1], exactly 0 and 1 where the trimap is known;
    kept in 16-bit steps. model_id: the model version that made the alpha. drafter: the name of what made the
    trimap. difficulty: how hard the image will be with this draft, None if nobody has looked. Raises
    InvalidArrayError or MismatchedMatteError if the arrays break that, or do not fit the photo, ClaimLostError if
    `worker_id` was taken for gone meanwhile.
    """
    record = get_image(store, image_id)
    matte = put_matte(store, record, trimap=trimap, alpha=alpha)
    with store.database.write() as session:
        image = find_image(session, image_id)
        _check_claim(session, image, worker_id)
        move_image(image, ImageState.READY, out_of=(ImageState.DRAFTING,))
        session.execute(delete(schema.DraftClaim).filter_by(image_id=image_id))
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


def record_draft_failure(
    store: Store, image_id: int, reason: str, *, by: str = "drafting", worker_id: int | None = None
) -> ImageRecord:
    """Note why no draft could be made of a claimed image; `request_redraft` tries again. Raises ClaimLostError."""
    with store.database.write() as session:
        image = find_image(session, image_id)
        _check_claim(session, image, worker_id)
        if (claim := session.get(schema.DraftClaim, image_id)) is not None:
            claim.worker_id = None
        move_image(image, ImageState.FAILED)
        image.failure = reason
        record_event(session, actor=by, action="image.draft_failed", image_id=image_id, data={"reason": reason})
        session.flush()
        return ImageRecord.of(image)


def postpone_draft(
    store: Store, image_id: int, reason: str, *, by: str = "drafting", worker_id: int | None = None
) -> ImageRecord:
    """Let a claimed image wait again: for a reason that is none of its own, and that is told beside it until then.

    Raises ClaimLostError.
    """
    with store.database.write() as session:
        image = find_image(session, image_id)
        _check_claim(session, image, worker_id)
        session.execute(delete(schema.DraftClaim).filter_by(image_id=image_id))
        move_image(image, ImageState.WAITING, out_of=(ImageState.DRAFTING,))
        image.failure = reason
        data = {"reason": reason}
        record_event(session, actor=by, action="image.draft_postponed", image_id=image_id, data=data)
        session.flush()
        return ImageRecord.of(image)


def return_unfinished_drafts(store: Store) -> int:
    """Let all claimed images wait again that no process which has signed on has in work. Returns how many."""
    claimed = (
        select(schema.DraftClaim.image_id)
        .join(schema.Worker, schema.Worker.id == schema.DraftClaim.worker_id)
        .where(schema.Worker.ended_at.is_(None))
    )
    with store.database.write() as session:
        query = select(schema.Image).filter_by(state=ImageState.DRAFTING).where(schema.Image.id.not_in(claimed))
        unfinished = session.scalars(query).all()
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
        session.execute(delete(schema.DraftClaim).filter_by(image_id=image_id))  # whoever asks wants it tried anew
        image.failure = None
        leases.end(session, image, by=by)
        record_event(session, actor=by, action="image.redraft_requested", image_id=image_id)
        session.flush()
        return ImageRecord.of(image)


def _claimed(session: Session, image: schema.Image, worker_id: int | None) -> ImageRecord:
    """Of an image that waits."""
    move_image(image, ImageState.DRAFTING)
    if worker_id is not None:
        if (worker := session.get(schema.Worker, worker_id)) is not None and worker.ended_at is not None:
            raise StoreBusyError("This process was taken for gone, so it took no photo: it goes on in a moment.")
        claim = session.get(schema.DraftClaim, image.id)
        if claim is None:
            session.add(claim := schema.DraftClaim(image_id=image.id, falls=0))
        claim.worker_id, claim.claimed_at = worker_id, utc_now()
    session.flush()
    return ImageRecord.of(image)


def _check_claim(session: Session, image: schema.Image, worker_id: int | None) -> None:
    claim = session.get(schema.DraftClaim, image.id)
    holder = None if claim is None else claim.worker_id
    if image.state is ImageState.DRAFTING and holder != worker_id:
        raise ClaimLostError(
            f"“{image.name}” is drafted by another process: this one was not heard of for too long. Nothing is lost."
        )
