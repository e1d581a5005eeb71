"""The approved mattes that a training looks at: of the photos that came last, and of golden ones."""

from typing import NamedTuple

from sqlalchemy import Select, and_, case, func, select, union
from sqlalchemy.orm import Session, aliased

from annotation_store import schema
from annotation_store.kinds import BLANK, RevisionKind
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.states import ImageState

MOST_IMAGES = 1000
"""Of one set, golden ones on top. A training reads each and keeps up to 4 MB of windows of it in memory; what came
earlier has been learnt by the versions before, which a training goes on from."""


class Approved(NamedTuple):
    """An approved image, or a golden one at the revision that was chosen."""

    image: schema.Image
    revision: schema.Revision
    project: schema.Project
    is_golden: bool
    painted_area: float | None
    draft_trimap: str | None


def approved_photos() -> Select[int]:
    """The numbers of all of them, but for those that are served again."""
    return select(schema.Image.id).where(schema.Image.state == ImageState.APPROVED, IS_NO_COPY)


def newest_photos(most: int) -> Select[int]:
    """The numbers of so many that came last, taken from all projects in turn."""
    image = schema.Image
    turn = func.row_number().over(partition_by=image.project_id, order_by=image.id.desc()).label("turn")
    by_turns = approved_photos().add_columns(turn).subquery()
    return select(by_turns.c.id).order_by(by_turns.c.turn, by_turns.c.id.desc()).limit(most)


def approved_mattes(session: Session, most: int) -> list[Approved]:
    """Of `newest_photos`, and of the golden ones, in the order of the images' arrival."""
    image, revision, golden = schema.Image, schema.Revision, schema.GoldenImage
    earlier, draft = aliased(revision), aliased(revision)
    golden_ones = select(golden.image_id).where(golden.retired_at.is_(None))
    drafted = (
        select(func.max(earlier.number))
        .where(
            earlier.image_id == revision.image_id,
            earlier.kind == RevisionKind.DRAFT,
            earlier.drafter.is_distinct_from(BLANK),  # what a pilot had made from nothing had a draft before
            earlier.number <= revision.number,
        )
        .scalar_subquery()
    )
    query = (
        select(
            image,
            revision,
            schema.Project,
            golden.image_id.is_not(None),
            # from nothing, everything is painted: that says nothing about what there is to learn
            case((schema.Effort.drafter.is_distinct_from(BLANK), schema.Effort.painted_area)),
            draft.trimap_blob,
        )
        .select_from(image)
        .outerjoin(golden, and_(golden.image_id == image.id, golden.retired_at.is_(None)))
        .join(revision, revision.id == func.coalesce(golden.revision_id, image.head_revision_id))
        .join(schema.Project, schema.Project.id == image.project_id)
        .outerjoin(schema.Effort, schema.Effort.revision_id == revision.id)
        .outerjoin(draft, and_(draft.image_id == image.id, draft.number == drafted))
        .where(image.id.in_(union(select(newest_photos(most).subquery()), golden_ones)), IS_NO_COPY)
        .order_by(image.id)
    )
    return [Approved(*row) for row in session.execute(query)]
