"""Which images are open for correction, and which of them is next."""

from sqlalchemy import func, select

from annotation_store import schema
from annotation_store.errors import InvalidTransitionError
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState, in_words
from annotation_store.store import Store

OPEN_STATES = (ImageState.READY, ImageState.IN_CORRECTION)


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


def next_image(store: Store, *, after: int | None = None) -> ImageRecord | None:
    """The first open image that arrived after image `after`, else the first of all; None if none is open."""
    in_order = select(schema.Image).where(schema.Image.state.in_(OPEN_STATES)).order_by(schema.Image.id).limit(1)
    with store.database.read() as session:
        row = None
        if after is not None:
            row = session.scalar(in_order.where(schema.Image.id > after))
        row = row or session.scalar(in_order)
        return None if row is None else ImageRecord.of(row)


def count_open(store: Store) -> int:
    """How many images are open for correction."""
    query = select(func.count()).select_from(schema.Image).where(schema.Image.state.in_(OPEN_STATES))
    with store.database.read() as session:
        return session.scalar(query) or 0
