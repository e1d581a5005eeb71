"""Approving drafts together, where a project allows it: those that nobody has touched and the drafting was sure of.

What was so approved was not looked at one by one. Its decisions say so (`was_in_bulk`), so that figures about people's
work can leave them out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import BulkApprovalOffError
from annotation_store.kinds import BLANK, RevisionKind, Verdict
from annotation_store.pilots.running import is_in_running_pilot
from annotation_store.projects import find_project
from annotation_store.records import DecisionRecord, ImageRecord
from annotation_store.reviews.decisions import decide
from annotation_store.revisions import matte_hash
from annotation_store.rows import find_image, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store

IN_BULK = "in bulk"
"""The note of such a decision; an approval one by one has none."""


class Hindrance(StrEnum):
    """Why an image is not approved together with others. In the order in which they are told."""

    ELSEWHERE = "elsewhere"  # not an image of this project
    NOT_READY = "not_ready"
    HONEYPOT = "honeypot"  # its matte is known: approving the draft would say nothing
    PILOT = "pilot"  # in a pilot, people look at each one; or all of it is blank since one
    TOUCHED = "touched"  # somebody has drawn on it, or decided about it before
    UNSURE = "unsure"  # its confidence is below the project's, or not known
    IN_HANDS = "in_hands"  # somebody has it open
    FLAGGED = "flagged"
    NOTED = "noted"  # a note on it is not seen to


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An image that was not approved, and what stood against it."""

    image_id: int
    why: Hindrance


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What became of the images that were to be approved together, in the order in which they were named."""

    approved: tuple[ImageRecord, ...]
    left_out: tuple[LeftOut, ...]


def bulk_threshold(store: Store, project_id: int) -> float | None:
    """From which confidence on the project's drafts may be approved together; None if they may not.

    Never where four eyes are asked for, whatever else the project says. Raises NotFoundError.
    """
    with store.database.read() as session:
        return _threshold(find_project(session, project_id))


def bulk_candidates(
    store: Store, project_id: int, *, after: int | None = None, limit: int = 200
) -> tuple[ImageRecord, ...]:
    """The images of a project that `approve_in_bulk` would approve now, the surest first; none where it is off.

    after: only those that come after that image, whatever has become of it.
    """
    with store.database.read() as session:
        if (threshold := _threshold(find_project(session, project_id))) is None:
            return ()
        query = (
            select(schema.Image)
            .where(schema.Image.project_id == project_id, *map(not_, _hindrances(threshold).values()))
            .order_by(schema.Image.confidence.desc(), schema.Image.id)
            .limit(limit)
        )
        last = None if after is None else session.get(schema.Image, after)
        if last is not None and last.project_id == project_id and last.confidence is not None:
            less_sure = schema.Image.confidence < last.confidence
            alike = and_(schema.Image.confidence == last.confidence, schema.Image.id > last.id)
            query = query.where(or_(less_sure, alike))
        return tuple(ImageRecord.of(row) for row in session.scalars(query))


def approve_in_bulk(store: Store, project_id: int, image_ids: Iterable[int], *, by: str) -> BulkReport:
    """Approve the drafts of these images as they stand, each in a transaction and by a decision of its own.

    What has become unfit since it was chosen is left out, and the report says why. Raises NotFoundError if there is no
    such project, BulkApprovalOffError where it is off; if it is switched off meanwhile, what is approved stays so.
    """
    approved: list[ImageRecord] = []
    left_out: list[LeftOut] = []
    with store.database.read() as session:
        _require_threshold(session, project_id)
    for image_id in dict.fromkeys(image_ids):
        with store.database.write() as session:
            threshold = _require_threshold(session, project_id)
            if (why := _hindrance(session, project_id, image_id, threshold)) is not None:
                left_out.append(LeftOut(image_id, why))
                continue
            image = find_image(session, image_id)
            move_image(image, ImageState.APPROVED)
            decide(session, image, Verdict.APPROVED, by=by, before=matte_hash(session, image), note=IN_BULK)
            approved.append(ImageRecord.of(image))
    return BulkReport(tuple(approved), tuple(left_out))


def was_in_bulk(decision: DecisionRecord) -> bool:
    """Whether an image was approved together with others, without anybody's look at each."""
    return decision.verdict is Verdict.APPROVED and decision.note == IN_BULK


def _threshold(project: schema.Project) -> float | None:
    return None if project.four_eyes else project.bulk_confidence


def _require_threshold(session: Session, project_id: int) -> float:
    """As `_threshold`, or BulkApprovalOffError."""
    project = find_project(session, project_id)
    if (threshold := _threshold(project)) is None:
        reason = "it asks for two pairs of eyes" if project.four_eyes else "it is switched off there"
        raise BulkApprovalOffError(
            f"Drafts of “{project.name}” cannot be approved together, {reason}: approve them one by one."
        )
    return threshold


def _hindrance(session: Session, project_id: int, image_id: int, threshold: float) -> Hindrance | None:
    """What stands against approving the image in bulk, None if nothing does."""
    hindrances = _hindrances(threshold)
    query = select(*hindrances.values()).where(schema.Image.id == image_id, schema.Image.project_id == project_id)
    if (row := session.execute(query).one_or_none()) is None:
        return Hindrance.ELSEWHERE
    return next((why for why, holds in zip(hindrances, row, strict=True) if holds), None)


def _hindrances(threshold: float) -> Mapping[Hindrance, ColumnElement[bool]]:
    """What may stand against an image of the project, each as a condition on its row."""
    image, head, edit, decision, note = schema.Image, schema.Revision, schema.EditEntry, schema.Decision, schema.Note
    made_by_hand = exists().where(head.id == image.head_revision_id, head.kind != RevisionKind.DRAFT)
    blank = exists().where(head.id == image.head_revision_id, head.drafter == BLANK)
    drawn_on = exists().where(edit.revision_id == image.head_revision_id)
    decided = exists().where(decision.image_id == image.id)
    leased = exists().where(schema.Lease.image_id == image.id, schema.Lease.expires_at > utc_now())
    return {
        Hindrance.NOT_READY: image.state != ImageState.READY,
        Hindrance.HONEYPOT: image.honeypot_of_id.is_not(None),
        Hindrance.PILOT: or_(is_in_running_pilot(image), blank),
        Hindrance.TOUCHED: or_(made_by_hand, drawn_on, decided),
        Hindrance.UNSURE: or_(image.confidence.is_(None), image.confidence < threshold),
        Hindrance.IN_HANDS: leased,
        Hindrance.FLAGGED: image.flagged_at.is_not(None),
        Hindrance.NOTED: exists().where(note.image_id == image.id, note.resolved_at.is_(None)),
    }
