"""Golden images: approved mattes, chosen by a lead, by which every candidate is judged and from which none learns.

What counts is the revision at the moment of the choice, whatever becomes of the image afterwards.
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import Part
from annotation_store.records import GoldenRecord
from annotation_store.rows import find_image
from annotation_store.states import ImageState, in_words
from annotation_store.store import Store


def choose_golden(store: Store, image_id: int, *, by: str) -> GoldenRecord:
    """Make an approved image golden, as it is approved now; one that is golden already is taken as it is now.

    Raises InvalidTransitionError if it is not approved, if it is a honeypot's copy, or if a photo of its product was
    given to a training to learn from already: a version would be judged by what it knows.
    """
    with store.database.write() as session:
        image = find_image(session, image_id)
        if image.state is not ImageState.APPROVED or image.head_revision_id is None:
            raise InvalidTransitionError(f"“{image.name}” is {in_words(image.state)}: approve it, then make it golden.")
        if image.honeypot_of_id is not None:
            raise InvalidTransitionError(f"“{image.name}” is handed out as a test: choose its original instead.")
        if _is_learnt(session, image):
            raise InvalidTransitionError(
                f"Photos of the product “{image.product_group}” were learnt from already, so no model can be judged by "
                "it: choose another product."
            )
        row = session.get(schema.GoldenImage, image_id)
        if row is None:
            row = schema.GoldenImage(image_id=image_id, revision_id=image.head_revision_id, added_by=by)
            session.add(row)
        row.revision_id, row.added_by, row.added_at = image.head_revision_id, by, utc_now()
        row.retired_at = None
        record_event(session, actor=by, action="image.made_golden", image_id=image_id)
        session.flush()
        return GoldenRecord.of(row)


def retire_golden(store: Store, image_id: int, *, by: str) -> GoldenRecord:
    """Judge by it no more. Twice is as once. Raises NotFoundError if it never was golden."""
    with store.database.write() as session:
        if (row := session.get(schema.GoldenImage, image_id)) is None:
            raise NotFoundError(f"Image number {image_id} is not golden: reload the list.")
        if row.retired_at is None:
            row.retired_at = utc_now()
            record_event(session, actor=by, action="image.golden_retired", image_id=image_id)
        session.flush()
        return GoldenRecord.of(row)


def list_golden(store: Store) -> tuple[GoldenRecord, ...]:
    """All golden images but the retired ones, by number."""
    query = select(schema.GoldenImage).where(schema.GoldenImage.retired_at.is_(None))
    with store.database.read() as session:
        return tuple(GoldenRecord.of(row) for row in session.scalars(query.order_by(schema.GoldenImage.image_id)))


def _is_learnt(session: Session, image: schema.Image) -> bool:
    """Whether a photo of the same product, as named then or now, lies in the training part of any set."""
    item, other = schema.TrainingSetItem, schema.Image
    query = (
        select(item.id)
        .join(other, other.id == item.image_id)
        .where(
            item.part == Part.TRAIN,
            or_(item.product_group == image.product_group, other.product_group == image.product_group),
        )
    )
    return session.scalar(query.limit(1)) is not None
