"""Which images are open for correction, and how many."""

from collections.abc import Collection

from sqlalchemy import func, select, text

from annotation_store import schema
from annotation_store.errors import InvalidTransitionError
from annotation_store.queue.copies import count_copies
from annotation_store.states import ImageState, in_words
from annotation_store.store import Store

OPEN_STATES = (ImageState.READY, ImageState.IN_CORRECTION)
IS_OPEN = text(schema.OPEN)
"""The condition on `images` in those words that let a query use the indexes of open images."""


def check_open(name: str, state: ImageState) -> None:
    """Raise InvalidTransitionError, with what to do about it, unless an image in `state` may be changed."""
    if state in OPEN_STATES:
        return
    if state is ImageState.IN_REVIEW:
        advice = "it can be corrected again once its reviewer has returned it"
    elif state in (ImageState.APPROVED, ImageState.SKIPPED):
        advice = "reopen it first"
    else:
        advice = "it can be corrected once its draft is ready"
    raise InvalidTransitionError(f"“{name}” is {in_words(state)}: {advice}.")


def count_open(store: Store, *, project_ids: Collection[int] | None = None, person: str | None = None) -> int:
    """How many images are open for correction: in these projects, and for this person (None: all, anybody).

    Open for a person is what is assigned to them or to nobody. Honeypots, which are served beside them, do not count.
    """
    image = schema.Image
    counting = select(func.count()).select_from(image).where(IS_OPEN)
    with store.database.read() as session:
        copies = count_copies(session, project_ids=project_ids, person=person)
        if project_ids is None and person is not None:
            project_ids = session.scalars(select(schema.Project.id)).all()
        if project_ids is not None:
            counting = counting.where(image.project_id.in_(project_ids))
        if person is None:
            parts = [counting]
        else:  # either by an index: to find that one of the two holds, SQLite would look at every open image
            parts = [counting.where(image.assigned_to.is_(None)), counting.where(image.assigned_to == person)]
        number = sum(session.scalar(part) or 0 for part in parts)
    return number - sum(copies[state] for state in OPEN_STATES)
