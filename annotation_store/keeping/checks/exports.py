"""Exports: what was frozen is all there, and of the images that it says."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.keeping.finding import Finding, damage

_RESTORE = "restore the database from a backup"


def lengths(session: Session) -> Iterator[Finding]:
    """As many mattes are in an export as were frozen."""
    export, item = schema.ExportSet, schema.ExportItem
    query = (
        select(export.id, export.name, export.image_count, func.count(item.id).label("there"))
        .outerjoin(item, item.export_set_id == export.id)
        .group_by(export.id, export.name, export.image_count)
        .order_by(export.id)
    )
    for row in session.execute(query):
        if row.there != row.image_count:
            yield damage(
                "exports",
                f"Export {row.id}, “{row.name}”, was frozen with {row.image_count} mattes and holds {row.there}: "
                f"{_RESTORE}.",
            )


def owners(session: Session) -> Iterator[Finding]:
    """The revision and the approval of a frozen matte are of its image."""
    item, revision, decision = schema.ExportItem, schema.Revision, schema.Decision
    query = (
        select(item.export_set_id, schema.Image.name)
        .join(schema.Image, schema.Image.id == item.image_id)
        .join(revision, revision.id == item.revision_id)
        .join(decision, decision.id == item.decision_id)
        .where((revision.image_id != item.image_id) | (decision.image_id != item.image_id))
        .order_by(item.id)
    )
    for number, name in session.execute(query):
        yield damage("exports", f"Export {number} holds the matte of another image as that of “{name}”: {_RESTORE}.")
