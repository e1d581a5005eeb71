"""What a person has got done in a stretch of time, usually a day of theirs.

How long an image took is told elsewhere, by what desks tell (insights/working_time.py): the time between two decisions
holds every break.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

from sqlalchemy import func, select

from annotation_store import schema
from annotation_store.kinds import Verdict
from annotation_store.queue.open_images import count_open
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class Progress:
    """approved, submitted, skipped: images on which the person so decided, each counted once, whatever became of it.

    left: open images of the projects that were asked about, at the moment of asking.
    """

    approved: int
    submitted: int
    skipped: int
    left: int


def progress_of(
    store: Store, person: str, *, since: datetime, until: datetime, project_ids: Collection[int] | None = None
) -> Progress:
    """What `person` decided from `since` up to but not including `until`, both aware."""
    images = func.count(schema.Decision.image_id.distinct()).label("images")
    query = (
        select(schema.Decision.verdict, images)
        .where(
            schema.Decision.author == person,
            schema.Decision.created_at >= since,
            schema.Decision.created_at < until,
        )
        .group_by(schema.Decision.verdict)
    )
    with store.database.read() as session:
        counts = {row.verdict: row.images for row in session.execute(query)}
    return Progress(
        approved=counts.get(Verdict.APPROVED, 0),
        submitted=counts.get(Verdict.SUBMITTED, 0),
        skipped=counts.get(Verdict.SKIPPED, 0),
        left=count_open(store, project_ids=project_ids),
    )


def day_around(moment: datetime, *, offset_minutes: int) -> tuple[datetime, datetime]:
    """The midnights before and after `moment` (aware) where clocks are `offset_minutes` ahead of UTC.

    Where clocks change that day, both midnights are by the given offset.
    """
    zone = timezone(timedelta(minutes=offset_minutes))
    midnight = datetime.combine(moment.astimezone(zone).date(), time.min, tzinfo=zone)
    return midnight, midnight + timedelta(days=1)
