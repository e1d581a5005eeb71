"""The processes that work in the background: they sign on, say that they are there, and sign off.

One that has ended without a word is buried: on its own computer as soon as somebody looks, on others after a silence.
The photos that it had in work wait again. One over which processes fall again and again has failed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import shared_now
from annotation_store.events import record_event
from annotation_store.records import Record
from annotation_store.rows import find_image, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.workers.places import Place, has_ended, here

BEAT_SECONDS = 10.0
SILENCE = timedelta(seconds=60)
"""Whoever was not heard for so long on another computer counts as gone."""
CLUSTER = "ray"
"""The name of whoever has a cluster draft. Its own end blames no photo: falls of the cluster are counted one by one, as
photos are claimed once more (`drafts.claim_for_drafting`)."""
MOST_FALLS = 2
KEPT = timedelta(days=30)
FALLEN = (
    "The program that makes the drafts was ended while it worked on this photo, most often because memory ran out: "
    "close other programs, or make the photo smaller and take that in, then try again."
)


@dataclass(frozen=True, slots=True)
class WorkerRecord(Record):
    """A process that works in the background. name: what it is, as ``worker``."""

    id: int
    name: str
    host: str
    pid: int
    birth: str
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None

    @property
    def place(self) -> Place:
        return Place(self.host, self.pid, self.birth)


def sign_on(store: Store, *, name: str, place: Place | None = None) -> WorkerRecord:
    """place: where it runs, unless that is here."""
    place = place or here()
    with store.database.write() as session:
        now = shared_now(session)
        row = schema.Worker(name=name, host=place.host, pid=place.pid, birth=place.birth, began_at=now, seen_at=now)
        session.add(row)
        session.flush()
        return WorkerRecord.of(row)


def beat(store: Store, worker_id: int) -> bool:
    """Say that it is there. False if it was taken for gone meanwhile: then its photos are others' by now."""
    with store.database.write() as session:
        row = session.get(schema.Worker, worker_id)
        if row is None or row.ended_at is not None:
            return False
        row.seen_at = shared_now(session)
        return True


def sign_off(store: Store, worker_id: int) -> None:
    """It ends in good order: what it still has in work waits again, and nothing is blamed."""
    with store.database.write() as session:
        if (row := session.get(schema.Worker, worker_id)) is not None and row.ended_at is None:
            _end(session, row, is_blamed=False, most_falls=MOST_FALLS)


def bury(
    store: Store, *, host: str | None = None, is_blamed: bool = True, most_falls: int = MOST_FALLS
) -> tuple[WorkerRecord, ...]:
    """End those that are gone, and return them. host: only those of this computer.

    is_blamed: whether the photos that they had in work may have caused it; not where the computer was switched off,
    say. most_falls: after how many falls over it a photo has failed.
    """
    query = select(schema.Worker).where(schema.Worker.ended_at.is_(None)).order_by(schema.Worker.id)
    if host is not None:
        query = query.filter_by(host=host)
    with store.database.read() as session:
        now = shared_now(session)
        gone = [each.id for each in map(WorkerRecord.of, session.scalars(query)) if _is_gone(each, now)]
    if not gone:
        return ()
    with store.database.write() as session:
        now = shared_now(session)
        session.execute(delete(schema.Worker).where(schema.Worker.ended_at < now - KEPT))
        buried = []
        for row in session.scalars(select(schema.Worker).where(schema.Worker.id.in_(gone)).order_by(schema.Worker.id)):
            if row.ended_at is None and _is_gone(WorkerRecord.of(row), now):
                _end(session, row, is_blamed=is_blamed and row.name != CLUSTER, most_falls=most_falls)
                buried.append(WorkerRecord.of(row))
        return tuple(buried)


def list_workers(store: Store) -> tuple[WorkerRecord, ...]:
    """Those that have not ended and are not silent, oldest first."""
    query = select(schema.Worker).where(schema.Worker.ended_at.is_(None)).order_by(schema.Worker.id)
    with store.database.read() as session:
        heard = query.where(schema.Worker.seen_at > shared_now(session) - SILENCE)
        return tuple(WorkerRecord.of(row) for row in session.scalars(heard))


def photos_in_work(store: Store) -> dict[int, int]:
    """How many photos each worker that has some is drafting, by its number."""
    query = select(schema.DraftClaim.worker_id, func.count()).group_by(schema.DraftClaim.worker_id)
    with store.database.read() as session:
        found = session.execute(query.where(schema.DraftClaim.worker_id.is_not(None)))
        return {worker_id: number for worker_id, number in found if worker_id is not None}


def _is_gone(worker: WorkerRecord, now: datetime) -> bool:
    ended = has_ended(worker.place)
    return worker.seen_at < now - SILENCE if ended is None else ended


def _end(session: Session, row: schema.Worker, *, is_blamed: bool, most_falls: int) -> None:
    row.ended_at = shared_now(session)
    for claim in session.scalars(select(schema.DraftClaim).filter_by(worker_id=row.id)):
        claim.worker_id = None
        claim.falls += is_blamed
        image = find_image(session, claim.image_id)
        if image.state is not ImageState.DRAFTING:
            continue
        if is_blamed and claim.falls >= most_falls:
            fail_over(session, image)
        else:
            move_image(image, ImageState.WAITING)
    session.flush()


def fail_over(session: Session, image: schema.Image) -> None:
    """Note that processes fall over this photo, which is being drafted."""
    move_image(image, ImageState.FAILED)
    image.failure = FALLEN
    record_event(session, actor="drafting", action="image.draft_failed", image_id=image.id, data={"reason": FALLEN})
