"""How many images a month a studio approves: over these, what a month costs is spread."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.store import Store

MONTH = timedelta(days=365.25 / 12)
LEAST_PERIOD = timedelta(days=7)
"""A pace is told over a week at least: what is done in one afternoon is not done every afternoon."""


class Approved(Protocol):
    """Anything that was approved at some moment."""

    @property
    def approved_at(self) -> datetime: ...


def months_between(since: datetime, until: datetime) -> float:
    """Months of a period, a week at least."""
    return max(until - since, LEAST_PERIOD) / MONTH


def months_of(lines: Sequence[Approved]) -> float:
    """From the first approval to the last, a week at least. lines: one or more."""
    moments = [line.approved_at for line in lines]
    return months_between(min(moments), max(moments))


def images_per_month(store: Store, *, since: datetime | None, until: datetime) -> float | None:
    """Images a month that the whole studio approves from `since` (None, or before its first approval: from that on) up
    to `until`, both aware. Weeks in which it approves none count: what a machine costs goes on. None without any image.
    """
    with store.database.read() as session:
        first = session.scalar(select(func.min(schema.Outcome.approved_at)))
        began = first if since is None or first is None else max(since, first)
        images = 0 if began is None else count_approved(session, began, until)
    return images / months_between(began, until) if began is not None and images else None


def count_approved(session: Session, since: datetime, until: datetime) -> int:
    """Images of the whole studio that were approved in a period, each once however often it was."""
    moment = schema.Outcome.approved_at
    query = select(func.count(schema.Outcome.image_id.distinct())).where(moment >= since, moment < until)
    return session.scalar(query) or 0
