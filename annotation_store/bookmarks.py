"""Bookmarks: how far somebody who follows the audit trail, or the decisions, has come.

Numbers of rows are in the order of their commits, since one transaction writes at a time (docs/decisions/0013): what is
beyond a bookmark has not been seen, and nothing can still appear before it. For this floor only.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_store import schema

Followed = type[schema.Event] | type[schema.Decision]


def bookmark_at(session: Session, name: str) -> int | None:
    """The number of the last row that was seen; None for who has never begun."""
    row = session.get(schema.Bookmark, name)
    return None if row is None else row.position


def move_bookmark(session: Session, name: str, position: int) -> None:
    """Note that everything up to the row of number `position` was seen, in the transaction of `session`."""
    if (row := session.get(schema.Bookmark, name)) is None:
        session.add(schema.Bookmark(name=name, position=position))
        session.flush()
    else:
        row.position = position


def begin_at_the_end(session: Session, name: str, followed: Followed) -> int:
    """Put the bookmark behind all that there is now; returns where that is."""
    end = session.scalar(select(func.max(followed.id))) or 0
    move_bookmark(session, name, end)
    return end
