"""The ledger: one line for each approved image, with all that is known of what it took and what came of it.

Every figure that the studio tells of itself is a sum or a mean over such lines, so that they agree with each other. An
image that was approved more than once has one line, by its last approval, with the work of all its rounds; what
somebody does at it afterwards is in none, until it is approved again. Copies that are handed out as tests have none.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from annotation_store import schema
from annotation_store.insights.working_time import IDLE_SECONDS, WorkedTime, read_spans, worked_times
from annotation_store.kinds import Verdict
from annotation_store.pilots.running import is_in_running_pilot
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.store import Store
from annotation_store.tags import read_tags

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One approved image.

    person: who handed it in before it was approved last; corrected it, in all but odd cases. tags: its own and its
    project's, sorted. first_at, correction_seconds, review_seconds: None where no desk told of any work, as of what was
    approved in bulk or by a script. strokes, painted_area: None until measured. as_drafted: nobody changed anything.
    complexity: unknown pixels per pixel of the subject. sad, mse, grad, conn: of the draft against what was approved,
    in the unknown region; None where there was no draft of ours. returns: how often a reviewer sent it back. reviewed:
    whether it ever lay before a reviewer; what its operator approved, or somebody together with others, never did.
    correction_seconds and review_seconds are the time of all people together.
    """

    image_id: int
    name: str
    project_id: int
    person: str
    tags: tuple[str, ...]
    model_version_id: int | None
    drafter: str | None
    revision_id: int
    approved_at: datetime
    first_at: datetime | None
    correction_seconds: float | None
    review_seconds: float | None
    strokes: int | None
    painted_area: float | None
    as_drafted: bool
    in_bulk: bool
    complexity: float
    sad: float | None
    mse: float | None
    grad: float | None
    conn: float | None
    returns: int
    reviewed: bool

    @property
    def open_to_approve_seconds(self) -> float | None:
        """By the clock on the wall, breaks included; never negative, wherever the clock was set to meanwhile."""
        return None if self.first_at is None else max(0.0, (self.approved_at - self.first_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Selection:
    """Which lines: of these projects (None: of all), approved from `since` up to but not including `until` (both aware,
    None: open), with this tag, drafted by this version. with_running_pilots: also those in a pilot that is not over,
    whose figures nobody is to see before its end."""

    project_ids: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    tag: str | None = None
    model_version_id: int | None = None
    image_ids: tuple[int, ...] | None = None
    with_running_pilots: bool = True


EVERYTHING = Selection()


def read_ledger(
    store: Store, selection: Selection = EVERYTHING, *, idle_seconds: float = IDLE_SECONDS
) -> tuple[LedgerLine, ...]:
    """The lines of `selection`, by the moment of their approval, oldest first.

    What was approved and not measured yet is not there: see outcomes.measure_outcomes. idle_seconds: pauses up to this
    long are work.
    """
    with store.database.read() as session:
        rows = session.execute(_latest(selection)).all()
        ids = [row.image_id for row in rows]
        tags, decided = read_tags(session, ids), _read_decisions(session, ids)
        spans = read_spans(session, ids, idle_seconds=idle_seconds)
    ends = {row.image_id: row.approved_at for row in rows}
    for image_id, known in decided.items():
        if known.approved_at is not None:  # the same matte may have been approved again, after another round
            ends[image_id] = max(ends[image_id], known.approved_at)
    times = _by_image(worked_times(spans, idle_seconds=idle_seconds, until=ends))
    lines = []
    for row in rows:
        own = {*tags.get(row.image_id, ()), *([row.tag] if row.tag else [])}
        if selection.tag is not None and selection.tag not in own:
            continue
        time, known = times.get(row.image_id), decided.get(row.image_id, _UNDECIDED)
        lines.append(
            LedgerLine(
                image_id=row.image_id,
                name=row.name,
                project_id=row.project_id,
                person=known.person,
                tags=tuple(sorted(own)),
                model_version_id=row.model_version_id,
                drafter=row.drafter,
                revision_id=row.revision_id,
                approved_at=row.approved_at,
                first_at=None if time is None else time.first_at,
                correction_seconds=None if time is None else time.correction,
                review_seconds=None if time is None else time.review,
                strokes=row.strokes,
                painted_area=row.painted_area,
                as_drafted=row.as_drafted,
                in_bulk=row.in_bulk,
                complexity=row.complexity,
                sad=row.sad,
                mse=row.mse,
                grad=row.grad,
                conn=row.conn,
                returns=known.returns,
                reviewed=known.reviewed,
            )
        )
    return tuple(lines)


def _latest(selection: Selection) -> Select[*tuple[Any, ...]]:
    """Columns, not objects: there may be a hundred thousand."""
    outcome, later, effort = schema.Outcome, aliased(schema.Outcome), schema.Effort
    is_superseded = exists().where(later.image_id == outcome.image_id, later.revision_id > outcome.revision_id)
    query = (
        select(*outcome.__table__.columns, effort.strokes, effort.painted_area, schema.Image.name, schema.Project.tag)
        .join(schema.Image, schema.Image.id == outcome.image_id)
        .join(schema.Project, schema.Project.id == outcome.project_id)
        .outerjoin(effort, effort.revision_id == outcome.revision_id)
        .where(~is_superseded, IS_NO_COPY)
        .order_by(outcome.approved_at, outcome.revision_id)
    )
    if selection.project_ids is not None:
        query = query.where(outcome.project_id.in_(selection.project_ids))
    if selection.since is not None:
        query = query.where(outcome.approved_at >= selection.since)
    if selection.until is not None:
        query = query.where(outcome.approved_at < selection.until)
    if selection.model_version_id is not None:
        query = query.where(outcome.model_version_id == selection.model_version_id)
    if selection.image_ids is not None:
        query = query.where(outcome.image_id.in_(selection.image_ids))
    if not selection.with_running_pilots:
        query = query.where(~is_in_running_pilot(schema.Image))
    return query


@dataclass(frozen=True, slots=True)
class _Decided:
    """What people decided about an image up to its last approval. person, approved_at: of that. reviewed: it lay before
    a reviewer at least once."""

    person: str = ""
    approved_at: datetime | None = None
    returns: int = 0
    reviewed: bool = False


_UNDECIDED = _Decided()


def _read_decisions(session: Session, image_ids: Collection[int]) -> Mapping[int, _Decided]:
    decision = schema.Decision
    columns = (decision.image_id, decision.verdict, decision.author, decision.created_at)
    found = dict[int, _Decided]()  # as of the last approval: what came after it is part of no line yet
    so_far = dict[int, _Decided]()
    handed_in = dict[int, str]()  # in this round
    for some in _chunks(image_ids):
        rows = session.execute(select(*columns).where(decision.image_id.in_(some)).order_by(decision.id))
        for image_id, verdict, author, created_at in rows:
            known = so_far.get(image_id, _UNDECIDED)
            if verdict in (Verdict.SUBMITTED, Verdict.RETURNED):
                known = so_far[image_id] = replace(known, reviewed=True)
            if verdict is Verdict.SUBMITTED:
                handed_in[image_id] = author
                continue
            by = handed_in.pop(image_id, author)
            if verdict is Verdict.APPROVED:
                found[image_id] = so_far[image_id] = replace(known, person=by, approved_at=created_at)
            elif verdict is Verdict.RETURNED:
                so_far[image_id] = replace(known, returns=known.returns + 1)
    return found


def _by_image(times: Mapping[tuple[int, str], WorkedTime]) -> Mapping[int, WorkedTime]:
    """The time of all people together."""
    found: dict[int, WorkedTime] = {}
    for time in times.values():
        other = found.get(time.image_id)
        found[time.image_id] = (
            time
            if other is None
            else WorkedTime(
                time.image_id,
                correction=time.correction + other.correction,
                review=time.review + other.review,
                first_at=min(time.first_at, other.first_at),
            )
        )
    return found


def _chunks(image_ids: Collection[int]) -> list[list[int]]:
    numbers = sorted(set(image_ids))
    return [numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE)]
