"""What tells a studio from others, but not from a copy of it: the first thing that happened in it."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema


def studio_in(session: Session) -> str | None:
    """64 hexadecimal digits; None while nothing has happened there."""
    query = select(schema.Event.at, schema.Event.actor, schema.Event.action).order_by(schema.Event.id).limit(1)
    first = session.execute(query).first()
    if first is None:
        return None
    return hashlib.sha256(f"{first.at.isoformat()} {first.actor} {first.action}".encode()).hexdigest()


def begin_studio(session: Session) -> str:
    """The same for sure: where nothing has happened, that the studio begins is what does."""
    if (studio := studio_in(session)) is not None:
        return studio
    session.add(schema.Event(actor="studio", action="studio.begun", data={}))
    session.flush()
    session.expire_all()
    begun = studio_in(session)
    assert begun is not None  # noqa: S101, it was added just now
    return begun
