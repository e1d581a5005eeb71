"""Images: what their states promise, their revisions, and whose hands they are in."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.keeping.checks.database import RESTORE
from annotation_store.keeping.finding import Finding, damage, notice
from annotation_store.kinds import Verdict
from annotation_store.states import ImageState
from annotation_store.work_queue import OPEN_STATES

WITH_A_DRAFT = (ImageState.READY, ImageState.IN_CORRECTION, ImageState.IN_REVIEW, ImageState.APPROVED)
Image, Revision = schema.Image, schema.Revision


def heads(session: Session) -> Iterator[Finding]:
    """Whatever can be corrected, reviewed or exported has a newest revision."""
    query = select(Image.id, Image.name).where(Image.state.in_(WITH_A_DRAFT), Image.head_revision_id.is_(None))
    for number, name in session.execute(query.order_by(Image.id)):
        yield damage("heads", f"“{name}” (image {number}) is past its draft, but has no matte: {RESTORE}.")


def owners_of_heads(session: Session) -> Iterator[Finding]:
    """The newest revision of an image is one of its own."""
    query = select(Image.id, Image.name).join(Revision, Revision.id == Image.head_revision_id)
    for number, name in session.execute(query.where(Revision.image_id != Image.id).order_by(Image.id)):
        yield damage("heads", f"“{name}” (image {number}) shows the matte of another image: {RESTORE}.")


def revision_numbers(session: Session) -> Iterator[Finding]:
    """The revisions of an image count 1, 2, 3 ..."""
    of_image = (
        select(Revision.image_id)
        .group_by(Revision.image_id)
        .having((func.min(Revision.number) != 1) | (func.max(Revision.number) != func.count()))
    )
    query = select(Image.id, Image.name).where(Image.id.in_(of_image)).order_by(Image.id)
    for number, name in session.execute(query):
        yield damage("revision-numbers", f"Revisions of “{name}” (image {number}) are missing: {RESTORE}.")


def parents(session: Session) -> Iterator[Finding]:
    """A revision comes from an earlier one of the same image."""
    parent = aliased(Revision)
    query = (
        select(Revision.number, Image.name, Image.id)
        .join(parent, parent.id == Revision.parent_id)
        .join(Image, Image.id == Revision.image_id)
        .where((parent.image_id != Revision.image_id) | (parent.number >= Revision.number))
        .order_by(Revision.id)
    )
    for number, name, image in session.execute(query):
        yield damage(
            "parents",
            f"Revision {number} of “{name}” (image {image}) claims to come from a revision that cannot be before it: "
            f"{RESTORE}.",
        )


def approvals(session: Session) -> Iterator[Finding]:
    """Somebody approved the newest revision of an approved image."""
    approved = select(schema.Decision.id).where(
        schema.Decision.image_id == Image.id,
        schema.Decision.revision_id == Image.head_revision_id,
        schema.Decision.verdict == Verdict.APPROVED,
    )
    query = select(Image.id, Image.name).where(Image.state == ImageState.APPROVED, ~approved.exists())
    for number, name in session.execute(query.order_by(Image.id)):
        yield damage(
            "approvals",
            f"“{name}” (image {number}) is approved, but nobody approved the matte that it has: reopen it and look at "
            "it, then approve it.",
        )


def leases(session: Session) -> Iterator[Finding]:
    """An image that somebody holds is one that can be worked on."""
    query = (
        select(Image.name, Image.id, schema.Lease.person)
        .join(Image, Image.id == schema.Lease.image_id)
        .where(Image.state.not_in(OPEN_STATES), schema.Lease.expires_at > utc_now())
        .order_by(Image.id)
    )
    for name, number, person in session.execute(query):
        yield notice(
            "leases",
            f"“{name}” (image {number}) is held for {person}, though there is nothing to be done about it now: the "
            "hold ends by itself.",
        )


def honeypots(session: Session) -> Iterator[Finding]:
    """A finished image that is served again is the same photo."""
    original = aliased(Image)
    query = (
        select(Image.name, Image.id)
        .join(original, original.id == Image.honeypot_of_id)
        .where(original.sha256 != Image.sha256)
        .order_by(Image.id)
    )
    for name, number in session.execute(query):
        yield damage(
            "honeypots",
            f"“{name}” (image {number}) was served once more to see how well it comes out again, but is another "
            f"photo than its original: {RESTORE}.",
        )
