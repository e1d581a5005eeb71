"""The queue as it was for one pair of hands: `annotation_store/queue` takes its place."""

from sqlalchemy import select

from annotation_store import schema
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.queue.open_images import OPEN_STATES, check_open, count_open
from annotation_store.records import ImageRecord
from annotation_store.store import Store

__all__ = ["OPEN_STATES", "check_open", "count_open", "next_image"]


def next_image(store: Store, *, after: int | None = None) -> ImageRecord | None:
    """The first open image that arrived after image `after`, else the first of all; None if none is open."""
    is_open = schema.Image.state.in_(OPEN_STATES)
    in_order = select(schema.Image).where(is_open, IS_NO_COPY).order_by(schema.Image.id).limit(1)
    with store.database.read() as session:
        row = None
        if after is not None:
            row = session.scalar(in_order.where(schema.Image.id > after))
        row = row or session.scalar(in_order)
        return None if row is None else ImageRecord.of(row)
