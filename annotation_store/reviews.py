"""Reviews: a person approves what they see or submits it to a reviewer, who approves or returns it; or skips it.

What was decided about an image can be taken back by opening it again.
"""

from typing import Literal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.corrections import Document, load_base, open_document
from annotation_store.edit_log import read_tail
from annotation_store.errors import ConflictError, MismatchedMatteError, NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import RevisionKind, Verdict
from annotation_store.queue import honeypots, leases
from annotation_store.records import DecisionRecord, ImageRecord, RevisionRecord
from annotation_store.remarks import require_remark
from annotation_store.revisions import MatteBlobs, add_revision, put_matte
from annotation_store.rows import find_head, find_image, find_revision, move_image
from annotation_store.states import ImageState, check_transition
from annotation_store.store import Store
from matting_core.arrays import Alpha, Trimap
from matting_core.edits.edit import replay


def approve(
    store: Store,
    image_id: int,
    *,
    revision_id: int,
    position: int,
    trimap: Trimap,
    alpha: Alpha,
    by: str,
    model_id: int | None = None,
) -> ImageRecord:
    """Approve an image as it was seen: at this revision and position, with this trimap and alpha.

    trimap: uint8, HxW, {0, 128, 255}, exactly what the edits replay to. alpha: float32, HxW, [0, 1],
    exactly 0 and 1 where the trimap is known; kept in 16-bit steps. model_id: the model version that computed
    `alpha`, the parent revision's if None.

    If edits count, or the alpha is not the one of the revision, a new revision is made of what was seen and
    becomes the head; else the revision itself is approved. Raises ConflictError if the image was changed in
    the meantime, LeasedError if somebody else has it in hand, InvalidTransitionError if it is not open,
    MismatchedMatteError or InvalidArrayError if the arrays do not fit.
    """
    return _keep_what_was_seen(
        store,
        image_id,
        verdict=Verdict.APPROVED,
        revision_id=revision_id,
        position=position,
        trimap=trimap,
        alpha=alpha,
        by=by,
        model_id=model_id,
    )


def submit(
    store: Store,
    image_id: int,
    *,
    revision_id: int,
    position: int,
    trimap: Trimap,
    alpha: Alpha,
    by: str,
    model_id: int | None = None,
) -> ImageRecord:
    """Hand an image as it was seen to a reviewer: kept exactly as `approve` keeps it, but in review, not approved.

    Arguments and errors are those of `approve`.
    """
    return _keep_what_was_seen(
        store,
        image_id,
        verdict=Verdict.SUBMITTED,
        revision_id=revision_id,
        position=position,
        trimap=trimap,
        alpha=alpha,
        by=by,
        model_id=model_id,
    )


def return_to_operator(store: Store, image_id: int, *, reason: str, by: str) -> ImageRecord:
    """Let an image in review be corrected again, from the revision that was submitted.

    Raises InvalidTextError unless the reason has 1 to 2000 characters, InvalidTransitionError if the image is not
    in review.
    """
    reason = require_remark(reason, asked_for="what is to be corrected before the image is returned")
    with store.database.write() as session:
        image = find_image(session, image_id)
        move_image(image, ImageState.IN_CORRECTION, out_of=(ImageState.IN_REVIEW,))
        _decide(session, image, Verdict.RETURNED, note=reason, by=by)
        return ImageRecord.of(image)


def skip(store: Store, image_id: int, *, reason: str, by: str) -> ImageRecord:
    """Set an image aside, with a reason; its edits stay. Raises LeasedError if somebody else has it in hand."""
    with store.database.write() as session:
        image = find_image(session, image_id)
        move_image(image, ImageState.SKIPPED)
        _decide(session, image, Verdict.SKIPPED, note=reason, by=by)
        return ImageRecord.of(image)


def reopen(store: Store, image_id: int, *, by: str) -> ImageRecord:
    """Open an approved or skipped image again: ready for correction, or waiting if it never had a draft."""
    with store.database.write() as session:
        image = find_image(session, image_id)
        target = ImageState.WAITING if image.head_revision_id is None else ImageState.READY
        move_image(image, target, out_of=(ImageState.APPROVED, ImageState.SKIPPED))
        image.failure = None
        _decide(session, image, Verdict.REOPENED, note="", by=by)
        return ImageRecord.of(image)


def open_return(store: Store, image_id: int) -> DecisionRecord | None:
    """Why the image came back from its reviewer, as long as nothing else has been decided about it since."""
    newest = select(schema.Decision).filter_by(image_id=image_id).order_by(schema.Decision.id.desc()).limit(1)
    with store.database.read() as session:
        row = session.scalar(newest)
        return DecisionRecord.of(row) if row is not None and row.verdict is Verdict.RETURNED else None


def last_approved(store: Store, image_id: int) -> RevisionRecord:
    """The revision that was approved last. Raises NotFoundError if none was."""
    approvals = (
        select(schema.Decision)
        .filter_by(image_id=image_id, verdict=Verdict.APPROVED)
        .order_by(schema.Decision.id.desc())
        .limit(1)
    )
    with store.database.read() as session:
        image = find_image(session, image_id)
        decision = session.scalar(approvals)
        if decision is None or decision.revision_id is None:
            raise NotFoundError(f"“{image.name}” has not been approved before.")
        return RevisionRecord.of(find_revision(session, decision.revision_id))


def list_decisions(store: Store, image_id: int) -> tuple[DecisionRecord, ...]:
    """What was decided about an image, oldest first."""
    query = select(schema.Decision).filter_by(image_id=image_id).order_by(schema.Decision.id)
    with store.database.read() as session:
        return tuple(DecisionRecord.of(row) for row in session.scalars(query))


def _keep_what_was_seen(
    store: Store,
    image_id: int,
    *,
    verdict: Literal[Verdict.APPROVED, Verdict.SUBMITTED],
    revision_id: int,
    position: int,
    trimap: Trimap,
    alpha: Alpha,
    by: str,
    model_id: int | None,
) -> ImageRecord:
    """See `approve`."""
    target = ImageState.APPROVED if verdict is Verdict.APPROVED else ImageState.IN_REVIEW
    document = open_document(store, image_id)
    check_transition(document.image.state, target)
    if (document.revision_id, document.position) != (revision_id, position):
        raise ConflictError(document.position)
    corrected = _corrected_matte(store, document, trimap=trimap, alpha=alpha)
    errors = honeypots.errors_of(store, document.image, alpha)

    with store.database.write() as session:
        image = find_image(session, image_id)
        head = find_head(session, image)
        end = read_tail(session, head.id).position
        if (head.id, end) != (revision_id, position):  # an edit arrived while the alpha was encoded
            raise ConflictError(end)
        move_image(image, target)
        if corrected is not None:
            add_revision(
                session,
                image,
                kind=RevisionKind.CORRECTION,
                matte=corrected,
                model_id=head.model_version_id if model_id is None else model_id,
                drafter=head.drafter,
                author=by,
            )
        if errors is not None:
            honeypots.keep_result(session, image, errors, by=by)
        _decide(session, image, verdict, note="", by=by)
        return ImageRecord.of(image)


def _corrected_matte(store: Store, document: Document, *, trimap: Trimap, alpha: Alpha) -> MatteBlobs | None:
    """What to keep as a new revision, or None if `document` stays as its revision stands."""
    base, model_alpha = load_base(store, document.revision_id)
    marks = replay(base, document.edits)
    if not np.array_equal(trimap, marks.trimap):
        raise MismatchedMatteError(
            f"The trimap shown for “{document.image.name}” is not what its edits make: reload the image, "
            "look at it once more, and decide then."
        )
    retouch = marks.retouch if marks.is_retouched else None
    matte = put_matte(store, document.image, trimap=trimap, alpha=alpha, retouch=retouch)
    unchanged = not document.edits and _is_as_kept(alpha, base.shown(model_alpha, base.whole))
    return None if unchanged else matte


def _is_as_kept(alpha: Alpha, kept: Alpha) -> bool:
    """Whether two alphas agree but for one step of those in which they are kept: whole numbers, 0 to 65535."""
    steps = [np.rint(each * np.float32(65535)).astype(np.int32) for each in (alpha, kept)]
    return int(np.abs(steps[0] - steps[1]).max()) <= 1


def _decide(session: Session, image: schema.Image, verdict: Verdict, *, note: str, by: str) -> None:
    """Keep the decision about the head of `image`, which then is in nobody's hands, and tell the audit trail."""
    leases.end(session, image, by=by)
    session.add(
        schema.Decision(image_id=image.id, revision_id=image.head_revision_id, verdict=verdict, note=note, author=by)
    )
    data = {"revision_id": image.head_revision_id, "note": note}
    record_event(session, actor=by, action=f"image.{verdict}", image_id=image.id, data=data)
    session.flush()
