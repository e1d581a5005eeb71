"""Outcomes: what was approved, beside the draft that it grew from.

The errors are those of the draft against the approved alpha, in the unknown region of the approved trimap, as
honeypots have them (matting_core/metrics). Where that trimap is sure, nothing is summed: what a draft missed there,
strokes tell. People put right what they see, so a small error says that little was worth changing; that the matte is
perfect, it does not say.

Drafts that were approved together, unopened, have outcomes, too, and say so: somebody who opens such an image later and
approves it as it is makes it one of those that were looked at. A blank draft of a pilot has no errors to tell, no more
than what came from elsewhere. Copies that are handed out as tests have no outcome at all.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
from sqlalchemy import and_, case, exists, func, select

from annotation_store import schema
from annotation_store.beginnings import way_to_beginning
from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.insights.reading_on import PassedOver, read_on
from annotation_store.kinds import BLANK, RevisionKind, Verdict
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import RevisionRecord
from annotation_store.reviews.bulk_approval import IN_BULK
from annotation_store.revisions import load_matte, read_revisions
from annotation_store.store import Store
from matting_core.arrays import BACKGROUND, UNKNOWN, Alpha, Trimap, check_trimap
from matting_core.image_io import decode_alpha, decode_trimap
from matting_core.metrics import MatteErrors, measure

AT_ONCE = 10
"""A photo of 12 megapixels takes half a second, most of it to read its files."""

NO_ERRORS = MatteErrors(sad=0.0, mse=0.0, grad=0.0, conn=0.0)


def complexity_of(trimap: Trimap) -> float:
    """Unknown pixels per pixel of the subject, which is what is foreground or unknown: 0 where nothing is unknown.

    trimap: uint8, HxW, {0, 128, 255}. Raises InvalidArrayError. 1 where all of the subject is unknown, as glass is.
    """
    unknown = int(np.count_nonzero(check_trimap(trimap) == UNKNOWN))
    return unknown / int(np.count_nonzero(trimap != BACKGROUND)) if unknown else 0.0


def draft_errors(draft: Alpha, approved: Alpha, trimap: Trimap) -> MatteErrors | None:
    """The errors of a draft in the unknown region of the approved trimap. Raises InvalidArrayError.

    draft, approved: float32, HxW, [0, 1]. trimap: uint8, HxW, {0, 128, 255}. Where nothing is unknown, there is nothing
    to sum over: none where both agree, else None, since 0 would praise a draft that was wrong.
    """
    errors = measure(draft, approved, trimap)
    if not (check_trimap(trimap) == UNKNOWN).any() and not np.array_equal(draft, approved):
        return None
    return errors


def measure_outcomes(
    store: Store,
    *,
    limit: int = AT_ONCE,
    passed_over: PassedOver | None = None,
    image_ids: Collection[int] | None = None,
) -> int:
    """Keep what became of the drafts of approved images that were not measured yet: up to `limit`, oldest first.

    Returns how many were; fewer than `limit` once no more can be. passed_over: approved revisions that are not tried;
    those whose files cannot be read go into it, and the others are measured all the same. image_ids: of these images
    alone, at most a few thousand. Pixels are read and compared outside of any transaction; what another process has
    measured meanwhile is left as it is.
    """
    passed_over = {} if passed_over is None else passed_over
    measure_one, count = partial(_measure, store), 0
    _note_second_looks(store)
    while count < limit and (waiting := _waiting(store, limit - count, passed_over, image_ids)):
        count += _keep(store, list(read_on(waiting, measure_one, passed_over=passed_over)))
    return count


def count_unmeasured(store: Store, *, project_ids: Collection[int] | None = None) -> int:
    """How many approved mattes of these projects (None: of all) no figure tells of yet."""
    revisions = func.count(schema.Decision.revision_id.distinct())
    query = select(revisions).join(schema.Image, schema.Image.id == schema.Decision.image_id).where(*_UNMEASURED)
    if project_ids is not None:
        query = query.where(schema.Image.project_id.in_(project_ids))
    with store.database.read() as session:
        return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class _Approval:
    """An approved revision, and when it was approved first: by somebody who looked at it, if anybody did."""

    revision_id: int
    image_id: int
    approved_at: datetime
    in_bulk: bool


_UNMEASURED = (
    schema.Decision.verdict == Verdict.APPROVED,
    schema.Decision.revision_id.is_not(None),
    IS_NO_COPY,
    ~exists().where(schema.Outcome.revision_id == schema.Decision.revision_id),
)


def _waiting(
    store: Store, limit: int, passed_over: Collection[int], image_ids: Collection[int] | None
) -> Mapping[int, _Approval]:
    decision = schema.Decision
    by_hand = func.min(case((decision.note != IN_BULK, decision.created_at)))
    first = func.coalesce(by_hand, func.min(decision.created_at))
    query = (
        select(decision.revision_id, decision.image_id, first, by_hand.is_(None))
        .join(schema.Image, schema.Image.id == decision.image_id)
        .where(*_UNMEASURED)
        .group_by(decision.revision_id, decision.image_id)
        .order_by(func.min(decision.id))
        .limit(limit + len(passed_over))
    )
    if image_ids is not None:
        query = query.where(decision.image_id.in_(image_ids))
    with store.database.read() as session:
        return {
            number: _Approval(number, image_id, approved_at, in_bulk)
            for number, image_id, approved_at, in_bulk in session.execute(query)
            if number is not None and number not in passed_over
        }


def _measure(store: Store, approval: _Approval) -> schema.Outcome:
    with store.database.read() as session:
        image = session.get_one(schema.Image, approval.image_id)
        revisions = {each.id: each for each in read_revisions(session, image.id)}
    approved = revisions[approval.revision_id]
    beginning, _ = way_to_beginning(approved, revisions)
    draft = beginning if beginning.kind is RevisionKind.DRAFT else None
    as_drafted = draft is not None and _is_same(draft, approved)
    is_models = draft is not None and draft.drafter != BLANK  # a blank one says nothing about any
    complexity, errors = _compare(store, approved, None if as_drafted or not is_models else draft)
    errors = NO_ERRORS if as_drafted and is_models else errors
    return schema.Outcome(
        revision_id=approved.id,
        image_id=image.id,
        project_id=image.project_id,
        draft_revision_id=None if draft is None else draft.id,
        model_version_id=None if draft is None else draft.model_version_id,
        drafter=None if draft is None else draft.drafter,
        as_drafted=as_drafted,
        in_bulk=approval.in_bulk,
        complexity=complexity,
        sad=None if errors is None else errors.sad,
        mse=None if errors is None else errors.mse,
        grad=None if errors is None else errors.grad,
        conn=None if errors is None else errors.conn,
        approved_at=approval.approved_at,
    )


def _compare(store: Store, approved: RevisionRecord, draft: RevisionRecord | None) -> tuple[float, MatteErrors | None]:
    """The complexity of what was approved, and the errors of a draft that is not the very same."""
    if draft is None:
        trimap = decode_trimap(store.blobs.get(approved.trimap_blob), limits=ALREADY_TAKEN_IN)
        return complexity_of(trimap), None
    trimap, truth = load_matte(store, approved)
    alpha = decode_alpha(store.blobs.get(draft.alpha_blob), limits=ALREADY_TAKEN_IN)
    return complexity_of(trimap), draft_errors(alpha, truth, trimap)


def _is_same(one: RevisionRecord, other: RevisionRecord) -> bool:
    return (one.trimap_blob, one.alpha_blob) == (other.trimap_blob, other.alpha_blob)


def _keep(store: Store, measured: Collection[schema.Outcome]) -> int:
    if measured:
        ours = {outcome.revision_id: outcome for outcome in measured}
        known = select(schema.Outcome.revision_id).where(schema.Outcome.revision_id.in_(ours))
        with store.database.write() as session:
            session.add_all(ours[revision_id] for revision_id in ours.keys() - set(session.scalars(known)))
    return len(measured)


def _note_second_looks(store: Store) -> None:
    """What was approved together with others and then, as it was, by somebody who opened it."""
    outcome, decision = schema.Outcome, schema.Decision
    looked_at = (
        select(outcome.revision_id, func.min(decision.created_at))
        .join(decision, and_(decision.image_id == outcome.image_id, decision.revision_id == outcome.revision_id))
        .where(outcome.in_bulk, decision.verdict == Verdict.APPROVED, decision.note != IN_BULK)
        .group_by(outcome.revision_id)
    )
    with store.database.read() as session:
        found = session.execute(looked_at).all()
    if not found:
        return
    with store.database.write() as session:
        for revision_id, approved_at in found:
            row = session.get_one(outcome, revision_id)
            row.in_bulk, row.approved_at = False, approved_at
