"""The audit trail: what happened, who did it, when, and for which request. Append-only.

An event that touches an image's matte names it before and after by `revisions.matte_hash`. As nothing else changes it,
the `after` of one such event is the `before` of the next.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.records import EventRecord
from annotation_store.store import Store

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the request that is being answered; None where nobody asked, as in a worker."""


def record_event(
    session: Session,
    *,
    actor: str,
    action: str,
    image_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Note an event in the transaction of `session`, so that it is kept exactly if the change itself is.

    action: noun and participle, ``image.approved``. data: anything that JSON can hold. before, after: what the image's
    matte was and became, see above; None where there is none, or where it plays no part.
    """
    event = schema.Event(
        actor=actor,
        action=action,
        image_id=image_id,
        data=dict(data or {}),
        before=before,
        after=after,
        request_id=request_id.get(),
    )
    session.add(event)


def list_events(
    store: Store,
    *,
    image_id: int | None = None,
    actor: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> tuple[EventRecord, ...]:
    """The last `limit` events, newest first: those on an image, by a person, older than the event `before_id`."""
    query = select(schema.Event).order_by(schema.Event.id.desc()).limit(limit)
    if image_id is not None:
        query = query.where(schema.Event.image_id == image_id)
    if actor is not None:
        query = query.where(schema.Event.actor == actor)
    if before_id is not None:
        query = query.where(schema.Event.id < before_id)
    with store.database.read() as session:
        return tuple(EventRecord.of(row) for row in session.scalars(query))


def recent_events(store: Store, limit: int = 100) -> tuple[EventRecord, ...]:
    """The last `limit` events, newest first."""
    return list_events(store, limit=limit)
