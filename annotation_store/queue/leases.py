"""Leases: an image is in the hands of one person at a time, until they let it go, decide about it, or leave it alone.

One row an image, so that the database itself allows no second. A lease that has expired is dead, whoever's row still
stands there: anybody may take the image, and the row becomes theirs. Nothing has to run for that.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.errors import LeasedError, LeaseLostError
from annotation_store.queue.open_images import check_open
from annotation_store.records import LeaseRecord
from annotation_store.rows import find_image
from annotation_store.store import Store

LEASE_MINUTES = 15.0
"""Whoever closes the browser without a word keeps an image from others for this long."""


def take(store: Store, image_id: int, *, by: str, minutes: float = LEASE_MINUTES) -> LeaseRecord:
    """Have an open image in hand for `minutes` from now; taking it again counts them anew.

    Raises LeasedError if somebody else has it in hand, InvalidTransitionError if it is not open, NotFoundError.
    """
    with store.database.write() as session:
        return LeaseRecord.of(_take(session, find_image(session, image_id), by=by, minutes=minutes))


def renew(store: Store, image_id: int, *, by: str, minutes: float = LEASE_MINUTES) -> LeaseRecord:
    """As `take`, for whoever had the image in hand already: if somebody else has it by now, LeaseLostError.

    A lease that expired without anybody taking the image is taken up again.
    """
    with store.database.write() as session:
        try:
            return LeaseRecord.of(_take(session, find_image(session, image_id), by=by, minutes=minutes))
        except LeasedError as error:
            raise LeaseLostError(error.name, person=error.person, expires_at=error.expires_at) from None


def release(store: Store, image_id: int, *, by: str) -> None:
    """Let an image go; nothing happens if `by` does not have it in hand."""
    with store.database.write() as session:
        session.execute(delete(schema.Lease).filter_by(image_id=image_id, person=by))


def release_all(store: Store, *, by: str) -> int:
    """Let everything go that a person has in hand. Returns how many images."""
    with store.database.write() as session:
        held = session.scalars(select(schema.Lease).filter_by(person=by)).all()
        alive = sum(lease.expires_at > clock.utc_now() for lease in held)
        for lease in held:
            session.delete(lease)
        return alive


def lease_of(store: Store, image_id: int) -> LeaseRecord | None:
    """Who has the image in hand, None if nobody has."""
    with store.database.read() as session:
        lease = session.get(schema.Lease, image_id)
        return LeaseRecord.of(lease) if lease is not None and lease.expires_at > clock.utc_now() else None


def list_leases(store: Store, *, project_ids: Collection[int] | None = None) -> tuple[LeaseRecord, ...]:
    """What is in somebody's hands at this moment, of these projects (None: of all), the longest held first."""
    query = select(schema.Lease).where(schema.Lease.expires_at > clock.utc_now())
    if project_ids is not None:
        images = schema.Image.project_id.in_(project_ids)
        query = query.join(schema.Image, schema.Image.id == schema.Lease.image_id).where(images)
    with store.database.read() as session:
        rows = session.scalars(query.order_by(schema.Lease.taken_at, schema.Lease.image_id))
        return tuple(LeaseRecord.of(row) for row in rows)


def hold(session: Session, image: schema.Image, *, by: str, minutes: float = LEASE_MINUTES) -> schema.Lease:
    """Whoever changes an image has it in hand, taken here if need be. For this floor, in the changing transaction.

    Writes nothing while half of the time or more is left, so that a row is not written with every stroke. Raises as
    `take` does.
    """
    return _take(session, image, by=by, minutes=minutes, enough=timedelta(minutes=minutes / 2))


def end(session: Session, image: schema.Image, *, by: str) -> None:
    """What is decided is in nobody's hands. For this floor, in the deciding transaction.

    Raises LeasedError if somebody else has it in hand.
    """
    if (lease := session.get(schema.Lease, image.id)) is not None:
        _check(lease, image, by=by, now=clock.utc_now())
        session.delete(lease)


def check_free(session: Session, image: schema.Image, *, by: str) -> None:
    """Raise LeasedError if somebody else has it in hand. For this floor."""
    if (lease := session.get(schema.Lease, image.id)) is not None:
        _check(lease, image, by=by, now=clock.utc_now())


def is_held(session: Session, image: schema.Image) -> bool:
    """Whether anybody has it in hand. For this floor."""
    lease = session.get(schema.Lease, image.id)
    return lease is not None and lease.expires_at > clock.utc_now()


def _take(
    session: Session, image: schema.Image, *, by: str, minutes: float, enough: timedelta | None = None
) -> schema.Lease:
    """enough: of the time that is left, to leave the lease as it is."""
    check_open(image.name, image.state)
    now = clock.utc_now()
    until = now + timedelta(minutes=minutes)
    lease = session.get(schema.Lease, image.id)
    if lease is None:
        lease = schema.Lease(image_id=image.id, person=by, taken_at=now, expires_at=until)
        session.add(lease)
    elif lease.expires_at <= now:
        lease.person, lease.taken_at, lease.expires_at = by, now, until
    else:
        _check(lease, image, by=by, now=now)
        if enough is None or lease.expires_at - now < enough:
            lease.expires_at = until
    session.flush()
    return lease


def _check(lease: schema.Lease, image: schema.Image, *, by: str, now: datetime) -> None:
    if lease.person != by and lease.expires_at > now:
        raise LeasedError(image.name, person=lease.person, expires_at=lease.expires_at)
