"""The audit trail: what happened, who did it, when. Append-only."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.records import EventRecord
from annotation_store.store import Store


def record_event(
    session: Session,
    *,
    actor: str,
    action: str,
    image_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Note an event in the transaction of `session`, so that it is kept exactly if the change itself is.

    action: noun and participle, ``image.approved``. data: anything that JSON can hold.
    """
    session.add(schema.Event(actor=actor, action=action, image_id=image_id, data=dict(data or {})))


def recent_events(store: Store, limit: int = 100) -> tuple[EventRecord, ...]:
    """The last `limit` events, newest first."""
    with store.database.read() as session:
        newest_first = select(schema.Event).order_by(schema.Event.id.desc()).limit(limit)
        return tuple(EventRecord.of(row) for row in session.scalars(newest_first))
