"""Which image to correct next."""

from sqlalchemy import select

from annotation_store import schema
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from annotation_store.store import Store

OPEN_STATES = (ImageState.READY, ImageState.IN_CORRECTION)


def next_image(store: Store, *, after: int | None = None) -> ImageRecord | None:
    """The first open image that arrived after image `after`, else the first of all; None if none is open."""
    in_order = select(schema.Image).where(schema.Image.state.in_(OPEN_STATES)).order_by(schema.Image.id).limit(1)
    with store.database.read() as session:
        row = None
        if after is not None:
            row = session.scalar(in_order.where(schema.Image.id > after))
        row = row or session.scalar(in_order)
        return None if row is None else ImageRecord.of(row)
