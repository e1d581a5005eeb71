"""What corrections cost: the strokes and the painted area that lie between a draft and the matte that was approved.

What was taken back costs nothing, nor what was given up when an earlier matte was restored: counted is the work that is
in the approved matte. An image that is opened and approved again is counted from its draft once more, with all its
strokes, and by that alone. Drafts that were approved in bulk say nothing about effort, since nobody looked at them; no
more do the copies that are handed out as tests. What came from elsewhere is counted from there, which says how much of
it was painted here, and nothing about our drafts: no mean and no list has it in. Nor has any of them what a pilot had
made from nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from annotation_store import schema
from annotation_store.beginnings import way_to_beginning
from annotation_store.edit_log import outcome, read_log, read_tail
from annotation_store.kinds import BLANK, RevisionKind, Verdict
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import EffortRecord
from annotation_store.reviews.bulk_approval import IN_BULK
from annotation_store.revisions import read_revisions
from annotation_store.store import Store
from matting_core.box import Box
from matting_core.edits.coverage import covered_pixels
from matting_core.edits.edit import Edit

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class MeanEffort:
    """Over so many images: strokes, and the painted area as a share of the photo. Zeros where there is none."""

    images: int
    strokes: float
    painted_area: float

    @staticmethod
    def of(efforts: Iterable[EffortRecord]) -> "MeanEffort":
        told = tuple(efforts)
        if not told:
            return MeanEffort(0, 0.0, 0.0)
        return MeanEffort(len(told), fmean(e.strokes for e in told), fmean(e.painted_area for e in told))


def measure_efforts(store: Store, *, limit: int = AT_ONCE) -> int:
    """Keep what the approved mattes cost that were not measured yet, up to `limit` of them, oldest first.

    Returns how many were; 0 once all are. Counting pixels takes a millisecond for a stroke, so it is done outside of
    any transaction; what another process has measured meanwhile is left as it is.
    """
    with store.database.read() as session:
        waiting = session.execute(_unmeasured().limit(limit)).all()
    measured = [_measure(store, revision_id, approved_at) for revision_id, approved_at in waiting if revision_id]
    if not measured:
        return 0
    with store.database.write() as session:
        ours = {effort.revision_id: effort for effort in measured}
        known = select(schema.Effort.revision_id).where(schema.Effort.revision_id.in_(ours))
        session.add_all(ours[revision_id] for revision_id in ours.keys() - set(session.scalars(known)))
    return len(measured)


def efforts_since(store: Store, moment: datetime, *, project_id: int | None = None) -> tuple[EffortRecord, ...]:
    """Of what was approved from `moment` (aware) on, oldest first: each image once, as it was approved last."""
    query = _each_image_once(project_id).where(schema.Effort.approved_at >= moment)
    return _read(store, query.order_by(schema.Effort.approved_at, schema.Effort.revision_id))


def efforts_of_drafts_since(store: Store, moment: datetime, *, project_id: int) -> tuple[EffortRecord, ...]:
    """As `efforts_since`, of what was drafted from `moment` on: what lay drafted before is left out."""
    approved, draft = aliased(schema.Revision), aliased(schema.Revision)
    drafted_at = (
        select(func.max(draft.created_at))
        .where(draft.image_id == approved.image_id, draft.kind == RevisionKind.DRAFT, draft.number <= approved.number)
        .scalar_subquery()
    )
    query = (
        _each_image_once(project_id)
        .join(approved, approved.id == schema.Effort.revision_id)
        .where(schema.Effort.approved_at >= moment, drafted_at >= moment)
    )
    return _read(store, query.order_by(schema.Effort.approved_at, schema.Effort.revision_id))


def latest_efforts(store: Store, count: int, *, since: datetime | None = None) -> tuple[EffortRecord, ...]:
    """Of the `count` images that were approved last, perhaps none before `since`; the latest one last."""
    query = _each_image_once(None).order_by(schema.Effort.approved_at.desc(), schema.Effort.revision_id.desc())
    if since is not None:
        query = query.where(schema.Effort.approved_at > since)
    return _read(store, query.limit(count))[::-1]


def mean_effort(store: Store, *, since: datetime, project_id: int | None = None) -> MeanEffort:
    """Over what `efforts_since` tells of."""
    return MeanEffort.of(efforts_since(store, since, project_id=project_id))


def _unmeasured() -> Select[int | None, datetime]:
    """Approved revisions without a row, and when each was approved first by somebody who looked at it."""
    decision = schema.Decision
    return (
        select(decision.revision_id, func.min(decision.created_at))
        .join(schema.Image, schema.Image.id == decision.image_id)
        .where(
            decision.verdict == Verdict.APPROVED,
            decision.note != IN_BULK,
            decision.revision_id.is_not(None),
            IS_NO_COPY,
            ~exists().where(schema.Effort.revision_id == decision.revision_id),
        )
        .group_by(decision.revision_id)
        .order_by(func.min(decision.id))
    )


def _measure(store: Store, revision_id: int, approved_at: datetime) -> schema.Effort:
    of_image = select(schema.Revision.image_id).where(schema.Revision.id == revision_id).scalar_subquery()
    with store.database.read() as session:
        image = session.scalars(select(schema.Image).where(schema.Image.id == of_image)).one()
        revisions = {each.id: each for each in read_revisions(session, image.id)}
        beginning, logs = way_to_beginning(revisions[revision_id], revisions)
        draft = beginning if beginning.kind is RevisionKind.DRAFT else None
        edits = [edit for log in logs for edit in _edits_that_count(session, log)]
    whole = Box(0, 0, image.width, image.height)
    return schema.Effort(
        revision_id=revision_id,
        image_id=image.id,
        project_id=image.project_id,
        model_version_id=None if draft is None else draft.model_version_id,
        drafter=None if draft is None else draft.drafter,
        strokes=len(edits),
        painted_area=sum(covered_pixels(edit, whole) for edit in edits) / (image.width * image.height),
        approved_at=approved_at,
    )


def _edits_that_count(session: Session, revision_id: int) -> list[Edit]:
    if not read_tail(session, revision_id).active:
        return []  # a log of what was drawn and taken back may weigh megabytes
    active = outcome(read_log(session, revision_id)).active
    return [entry.edit for entry in active if entry.edit is not None]


def _each_image_once(project_id: int | None) -> Select[schema.Effort]:
    later = aliased(schema.Effort)
    is_superseded = exists().where(
        later.image_id == schema.Effort.image_id, later.revision_id > schema.Effort.revision_id
    )
    # what came from elsewhere has neither: it grew from no draft of ours
    was_drafted = or_(schema.Effort.model_version_id.is_not(None), schema.Effort.drafter.is_not(None))
    conditions: list[ColumnElement[bool]] = [
        ~is_superseded,
        was_drafted,
        schema.Effort.drafter.is_distinct_from(BLANK),
    ]
    if project_id is not None:
        conditions.append(schema.Effort.project_id == project_id)
    return select(schema.Effort).where(*conditions)


def _read(store: Store, query: Select[schema.Effort]) -> tuple[EffortRecord, ...]:
    with store.database.read() as session:
        return tuple(EffortRecord.of(row) for row in session.scalars(query))
