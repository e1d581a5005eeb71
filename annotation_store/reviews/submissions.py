"""What waits for a reviewer: submitted images, whichever has waited longest first."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from annotation_store import schema
from annotation_store.kinds import Verdict
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import ImageRecord
from annotation_store.reviews.decisions import newest_decision
from annotation_store.reviews.four_eyes import may_approve
from annotation_store.states import ImageState
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class Submission:
    """An image in review, who submitted it last, and when."""

    image: ImageRecord
    by: str
    at: datetime


def list_submissions(
    store: Store,
    person: str,
    *,
    projects: Collection[int] | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> tuple[Submission, ...]:
    """What `person` may approve, oldest submission first, up to `limit`; of all projects if `projects` is None.

    after: only what was submitted after that image was, whatever has become of it. What the four eyes of its project
    keep from them (`four_eyes.py`) is left out.
    """
    with store.database.read() as session:
        query = _in_review(projects)
        if after is not None and (place := newest_decision(session, after, Verdict.SUBMITTED)) is not None:
            query = query.where(schema.Decision.id > place.id)
        return tuple(islice(_for(session, person, query), limit))


def next_submission(
    store: Store, person: str, *, after: int | None = None, projects: Collection[int] | None = None
) -> Submission | None:
    """The first of `list_submissions` that came in after image `after`, else the first of all; None without any."""
    with store.database.read() as session:
        place = None if after is None else newest_decision(session, after, Verdict.SUBMITTED)
        in_order = _in_review(projects)
        behind = () if place is None else _for(session, person, in_order.where(schema.Decision.id > place.id))
        return next(chain(behind, _for(session, person, in_order)), None)


_Submitted = Select[schema.Image, schema.Decision, bool]


def _in_review(projects: Collection[int] | None) -> _Submitted:
    """Images in review, the last submission of each (there always is one), and whether four eyes are asked for."""
    each = aliased(schema.Decision)
    last = (
        select(func.max(each.id))
        .where(each.image_id == schema.Image.id, each.verdict == Verdict.SUBMITTED)
        .scalar_subquery()
    )
    query = (
        select(schema.Image, schema.Decision, schema.Project.four_eyes)
        .select_from(schema.Image)
        .join(schema.Decision, schema.Decision.id == last)
        .join(schema.Project, schema.Project.id == schema.Image.project_id)
        .where(schema.Image.state == ImageState.IN_REVIEW, IS_NO_COPY)
        .order_by(schema.Decision.id)
    )
    return query if projects is None else query.where(schema.Image.project_id.in_(projects))


def _for(session: Session, person: str, query: _Submitted) -> Iterator[Submission]:
    for image, submission, four_eyes in session.execute(query):
        if not four_eyes or may_approve(session, image, by=person):
            yield Submission(ImageRecord.of(image), by=submission.author, at=submission.created_at)
