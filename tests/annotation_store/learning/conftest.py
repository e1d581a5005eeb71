"""For tests of the learning loop: approved images without pixels, in any number and at any moment."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select

from annotation_store import schema
from annotation_store.kinds import RevisionKind, Verdict
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import ImageState
from annotation_store.store import Store


@pytest.fixture
def approve_at(store: Store) -> Callable[..., list[int]]:
    """``approve_at(moment, 0.1, 0.2)``: images, each a product of its own, drafted and approved at this moment, with
    these painted areas; their numbers. Effort is None where nobody has measured it. Columns of the draft may be given.
    """

    def put(moment: datetime, *areas: float | None, copy_of: int | None = None, **draft: object) -> list[int]:
        with store.database.write() as session:
            count = session.scalar(select(func.count()).select_from(schema.Image)) or 0
            return [
                _approve(session, number, area, moment, copy_of, draft) for number, area in enumerate(areas, count + 1)
            ]

    return put


def _approve(session, number, area, moment, copy_of, draft):  # type: ignore[no-untyped-def]
    image = schema.Image(
        project_id=FIRST_PROJECT,
        name=f"{number}.png",
        sha256=hashlib.sha256(f"{number}".encode()).hexdigest(),
        thumbnail_blob="",
        width=40,
        height=30,
        bit_depth=8,
        product_group=f"product {number}",
        state=ImageState.APPROVED,
        lot=0.5,
        created_by="ren",
        honeypot_of_id=copy_of,
    )
    session.add(image)
    session.flush()
    columns = {"drafter": "backdrop", "model_version_id": None} | draft
    revision = schema.Revision(
        image_id=image.id,
        number=1,
        kind=RevisionKind.DRAFT,
        trimap_blob="",
        alpha_blob="",
        author="drafting",
        created_at=moment,
        **columns,
    )
    session.add(revision)
    session.flush()
    image.head_revision_id = revision.id
    session.add(
        schema.Decision(
            image_id=image.id,
            revision_id=revision.id,
            verdict=Verdict.APPROVED,
            note="",
            author="ren",
            created_at=moment,
        )
    )
    if area is not None:
        session.add(
            schema.Effort(
                revision_id=revision.id,
                image_id=image.id,
                project_id=FIRST_PROJECT,
                strokes=round(100 * area),
                painted_area=area,
                approved_at=moment,
                **columns,
            )
        )
    session.flush()
    return image.id
