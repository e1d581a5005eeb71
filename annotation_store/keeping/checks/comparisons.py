"""Blind comparisons: every pair is of its own image, and there is something to see wherever people choose."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.keeping.finding import Finding, damage
from annotation_store.states import ComparisonState

_RESTORE = "restore the database from a backup"


def owners_of_pairs(session: Session) -> Iterator[Finding]:
    """The approved revision of a pair is of its image, and the image is of the comparison's project."""
    pair, comparison, image = schema.ComparisonPair, schema.Comparison, schema.Image
    query = (
        select(comparison.id, comparison.name, image.name)
        .join_from(pair, comparison, comparison.id == pair.comparison_id)
        .join(image, image.id == pair.image_id)
        .join(schema.Revision, schema.Revision.id == pair.revision_id)
        .where(or_(schema.Revision.image_id != image.id, image.project_id != comparison.project_id))
        .order_by(pair.id)
    )
    for number, name, of_image in session.execute(query):
        yield damage(
            "comparisons",
            f"Comparison {number}, “{name}”, holds “{of_image}” with something of another image or project: "
            f"{_RESTORE}.",
        )


def mattes_of_open_comparisons(session: Session) -> Iterator[Finding]:
    """Where people choose, all mattes are made."""
    pair, comparison = schema.ComparisonPair, schema.Comparison
    query = (
        select(comparison.id, comparison.name, func.count(pair.id))
        .join(pair, pair.comparison_id == comparison.id)
        .where(comparison.state == ComparisonState.OPEN, or_(pair.first_blob.is_(None), pair.second_blob.is_(None)))
        .group_by(comparison.id, comparison.name)
        .order_by(comparison.id)
    )
    for number, name, count in session.execute(query):
        yield damage(
            "comparisons", f"Comparison {number}, “{name}”, is open, but {count} pairs lack mattes: {_RESTORE}."
        )
