"""Machine hours: how long machines drafted and answered strokes, hour by hour. Trainings have rows of their own."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.kinds import MachineWork
from annotation_store.store import Store


def note_machine_work(
    where: Store | Session,
    *,
    work: MachineWork,
    device: str,
    seconds: float,
    images: int,
    at: datetime | None = None,
) -> None:
    """Add to the hour of `at` (aware; None: now), in the caller's transaction, or for a store in one of its own.

    where: if a session, one of `database.write`. seconds: of a machine at work; below zero counts as none. images:
    drafts made, or strokes answered.
    """
    if isinstance(where, Session):
        _add(where, work, device, seconds, images, at or clock.utc_now())
    else:
        with where.database.write() as session:
            _add(session, work, device, seconds, images, at or clock.utc_now())


def _add(session: Session, work: MachineWork, device: str, seconds: float, images: int, at: datetime) -> None:
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    key = {"hour": hour, "work": work, "device": device}
    row = session.get(schema.MachineHour, key)  # nobody else writes meanwhile: this session holds the pen
    if row is None:
        row = schema.MachineHour(**key, seconds=0.0, images=0)
        session.add(row)
    row.seconds += max(0.0, seconds)
    row.images += max(0, images)
    session.flush()
