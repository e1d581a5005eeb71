"""Copies of finished images, served again as honeypots: how they are kept out of what is told about images.

A query over images says ``where(IS_NO_COPY)``. Counting so would look at every row; where only numbers are asked for,
all rows are counted by an index, and the few copies are found by an index of their own and taken off.
"""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.states import ImageState

IS_NO_COPY = schema.Image.honeypot_of_id.is_(None)


def count_copies(
    session: Session, *, project_ids: Collection[int] | None = None, person: str | None = None
) -> Counter[ImageState]:
    """How many copies there are in each state; of these projects, for this person (None: all)."""
    image = schema.Image
    copies = select(image.state, image.project_id, image.assigned_to).where(text(schema.IS_COPY))
    return Counter(
        row.state
        for row in session.execute(copies)
        if (project_ids is None or row.project_id in project_ids) and (person is None or row.assigned_to == person)
    )
