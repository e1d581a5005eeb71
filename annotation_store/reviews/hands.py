"""Whose edits a matte holds."""

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from annotation_store import schema
from annotation_store.edit_log import outcome
from annotation_store.kinds import RevisionKind
from annotation_store.revisions import read_revisions, repeated_by
from annotation_store.rows import find_image
from annotation_store.store import Store


def hands_on_desk(store: Store, image_id: int) -> frozenset[str]:
    """The authors of all edits that count in an image as it stands: in its newest revision, and in the log on that.

    Raises NotFoundError.
    """
    with store.database.read() as session:
        image = find_image(session, image_id)
        on_it = set() if image.head_revision_id is None else _authors_on(session, image.head_revision_id)
        return hands_in(session, image) | on_it


def hands_in(session: Session, image: schema.Image) -> frozenset[str]:
    """The authors of all edits that count in the newest revision of `image`, back to the draft that it grew from.

    A restored revision grew as the one that it repeats did, whatever lay between the two. For this floor only.
    """
    revisions = read_revisions(session, image.id)
    by_id = {revision.id: revision for revision in revisions}
    at = by_id.get(image.head_revision_id or 0)
    authors: set[str] = set()
    while at is not None and at.kind is not RevisionKind.DRAFT:
        if at.kind is RevisionKind.RESTORED:
            at = repeated_by(at, revisions)
            continue
        if at.parent_id is not None:
            authors |= _authors_on(session, at.parent_id)
        at = by_id.get(at.parent_id or 0)
    return frozenset(authors)


def _authors_on(session: Session, revision_id: int) -> set[str]:
    """Of the edits that count on a revision. What they are is left unread: a long log weighs megabytes."""
    query = (
        select(schema.EditEntry)
        .filter_by(revision_id=revision_id)
        .order_by(schema.EditEntry.position)
        .options(load_only(schema.EditEntry.kind, schema.EditEntry.author))
    )
    return {entry.author for entry in outcome(session.scalars(query)).active}
