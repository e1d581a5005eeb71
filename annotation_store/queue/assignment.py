"""Assignment: the queue hands an image out to one person only, and to them before anything else."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import InvalidTextError, NotFoundError
from annotation_store.events import record_event
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import ImageRecord
from annotation_store.rows import find_image
from annotation_store.states import ImageState
from annotation_store.store import Store

_DECIDED = (ImageState.APPROVED, ImageState.SKIPPED)


def assign(store: Store, image_ids: Collection[int], *, to: str, by: str) -> tuple[ImageRecord, ...]:
    """Assign images, all or none, to a person by name. Who has one in hand at the moment may finish it.

    Raises NotFoundError if there is no such image, or accounts but none of this name; InvalidTextError without a name.
    """
    with store.database.write() as session:
        check_person(session, to)
        images = [_find(session, image_id) for image_id in image_ids]
        return hand_to(session, images, to=to, by=by)


def assign_subject(store: Store, project_id: int, subject: str, *, to: str, by: str) -> tuple[ImageRecord, ...]:
    """Assign all images of a subject that are neither approved nor skipped. Returns them; raises as `assign` does."""
    image = schema.Image
    shots = (
        select(image)
        .where(image.project_id == project_id, image.product_group == subject, image.state.not_in(_DECIDED), IS_NO_COPY)
        .order_by(image.id)
    )
    with store.database.write() as session:
        check_person(session, to)
        return hand_to(session, session.scalars(shots), to=to, by=by)


def unassign(store: Store, image_ids: Collection[int], *, by: str) -> tuple[ImageRecord, ...]:
    """Let anybody have these images, all or none. Raises NotFoundError if there is no such image."""
    with store.database.write() as session:
        images = [_find(session, image_id) for image_id in image_ids]
        return hand_to(session, images, to=None, by=by)


def check_people(store: Store, names: Iterable[str]) -> None:
    """Raise as `assign` does unless images may be assigned to each of these people."""
    with store.database.read() as session:
        for name in names:
            check_person(session, name)


def check_person(session: Session, name: str) -> None:
    """As `check_people`, within a session. For this floor only.

    A studio without accounts has no list to look names up in.
    """
    if not name.strip():
        raise InvalidTextError("Nobody is named: write the name of the person who is to have these images.")
    if session.scalar(select(schema.Person.id).limit(1)) is None:
        return
    known = select(schema.Person.id).where(schema.Person.name == name, schema.Person.disabled_at.is_(None))
    if session.scalar(known) is None:
        raise NotFoundError(f"Nobody with an account here is called “{name}”: look the name up in the list of people.")


def hand_to(session: Session, images: Iterable[schema.Image], *, to: str | None, by: str) -> tuple[ImageRecord, ...]:
    """Assign `images` in the transaction of `session`, and tell the audit trail of those for which this is new."""
    touched = list(images)
    for image in touched:
        if image.assigned_to != to:
            action, data = "image.assigned", {"to": to, "before": image.assigned_to}
            if to is None:
                action = "image.unassigned"
            record_event(session, actor=by, action=action, image_id=image.id, data=data)
            image.assigned_to = to
    session.flush()
    return tuple(ImageRecord.of(image) for image in touched)


def _find(session: Session, image_id: int) -> schema.Image:
    """The image, or NotFoundError; a honeypot's copy, which belongs to its person, is not found, either."""
    image = find_image(session, image_id)
    if image.honeypot_of_id is not None:
        raise NotFoundError(f"There is no image number {image_id} to assign: reload the list of images.")
    return image
