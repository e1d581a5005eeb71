"""Decisions: what a person makes of an image, kept with the revision that it is about, and told to the audit trail."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import Verdict
from annotation_store.queue import leases
from annotation_store.records import DecisionRecord, RevisionRecord
from annotation_store.revisions import matte_hash
from annotation_store.rows import find_image, find_revision
from annotation_store.store import Store


def decide(
    session: Session, image: schema.Image, verdict: Verdict, *, by: str, before: str | None, note: str = ""
) -> None:
    """Keep a decision about the newest revision of `image`, which then is in nobody's hands; for this floor only.

    before: what its matte was (`matte_hash`) before the decision made a revision of it. Raises LeasedError if somebody
    else has it in hand.
    """
    leases.end(session, image, by=by)
    decision = schema.Decision(
        image_id=image.id, revision_id=image.head_revision_id, verdict=verdict, note=note, author=by
    )
    session.add(decision)
    record_event(
        session,
        actor=by,
        action=f"image.{verdict}",
        image_id=image.id,
        data={"revision_id": image.head_revision_id, "note": note},
        before=before,
        after=matte_hash(session, image),
    )
    session.flush()


def list_decisions(store: Store, image_id: int) -> tuple[DecisionRecord, ...]:
    """What was decided about an image, oldest first."""
    with store.database.read() as session:
        return read_decisions(session, image_id)


def read_decisions(session: Session, image_id: int) -> tuple[DecisionRecord, ...]:
    """As `list_decisions`, in a session; for this floor only."""
    query = select(schema.Decision).filter_by(image_id=image_id).order_by(schema.Decision.id)
    return tuple(DecisionRecord.of(row) for row in session.scalars(query))


def newest_decision(session: Session, image_id: int, verdict: Verdict | None = None) -> schema.Decision | None:
    """The last decision about an image, or the last of this verdict; for this floor only."""
    query = select(schema.Decision).filter_by(image_id=image_id).order_by(schema.Decision.id.desc()).limit(1)
    return session.scalar(query if verdict is None else query.filter_by(verdict=verdict))


def open_return(store: Store, image_id: int) -> DecisionRecord | None:
    """Why the image came back from its reviewer, as long as nothing else has been decided about it since."""
    with store.database.read() as session:
        newest = newest_decision(session, image_id)
        return DecisionRecord.of(newest) if newest is not None and newest.verdict is Verdict.RETURNED else None


def last_approved(store: Store, image_id: int) -> RevisionRecord:
    """The revision that was approved last. Raises NotFoundError if none was."""
    with store.database.read() as session:
        image = find_image(session, image_id)
        approval = newest_decision(session, image_id, Verdict.APPROVED)
        if approval is None or approval.revision_id is None:
            raise NotFoundError(f"“{image.name}” has not been approved before.")
        return RevisionRecord.of(find_revision(session, approval.revision_id))
