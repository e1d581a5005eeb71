"""The clocks of the store: this computer's, and the one that all computers of a studio share."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def shared_now(session: Session) -> datetime:
    """The same by the server of the tables, if there is one: silences of one computer are measured by another, and
    clocks that go wrong must not make a living worker look gone."""
    if session.get_bind().dialect.name != "postgresql":
        return utc_now()  # a file is used by one computer
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)
