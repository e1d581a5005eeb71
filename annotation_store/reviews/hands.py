"""Whose edits a matte holds."""

from collections.abc import Collection

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from annotation_store import schema
from annotation_store.kinds import BEGINNINGS, EntryKind, RevisionKind
from annotation_store.revisions import read_revisions, repeated_by
from annotation_store.rows import find_image
from annotation_store.store import Store


def hands_on_desk(store: Store, image_id: int) -> frozenset[str]:
    """The authors of all edits that count in an image as it stands: in its newest revision, and in the log on that.

    Raises NotFoundError.
    """
    with store.database.read() as session:
        image = find_image(session, image_id)
        on_it = [] if image.head_revision_id is None else [image.head_revision_id]
        return hands_in(session, image) | authors_on(session, on_it)


def hands_in(session: Session, image: schema.Image) -> frozenset[str]:
    """The authors of all edits that count in the newest revision of `image`, back to the draft that it grew from.

    Who put a matte in that was made elsewhere answers for all of it, as if they had drawn it. A restored revision grew
    as the one that it repeats did, whatever lay between the two. For this floor only.
    """
    revisions = read_revisions(session, image.id)
    by_id = {revision.id: revision for revision in revisions}
    at = by_id.get(image.head_revision_id or 0)
    logs: list[int] = []
    while at is not None and at.kind not in BEGINNINGS:
        if at.kind is RevisionKind.RESTORED:
            at = repeated_by(at, revisions)
            continue
        if at.parent_id is not None:
            logs.append(at.parent_id)
        at = by_id.get(at.parent_id or 0)
    brought = {at.author} if at is not None and at.kind is RevisionKind.IMPORTED else set()
    return authors_on(session, logs) | brought


def authors_on(session: Session, revision_ids: Collection[int]) -> frozenset[str]:
    """The authors of the edits that count on these revisions; for this floor only."""
    return frozenset(session.scalars(_AUTHORS, {"revisions": list(revision_ids)})) if revision_ids else frozenset()


def _query_authors() -> Select[str]:
    """What `edit_log.outcome` finds by a walk, without reading what was drawn: a log may weigh megabytes.

    The edit that counts at a depth of the log is the last one that was drawn at that depth, down to the depth that the
    log has at its end.
    """
    entry, end = schema.EditEntry, aliased(schema.EditEntry)
    drawn_last = (
        select(entry.revision_id, func.max(entry.position).label("position"))
        .where(entry.revision_id.in_(bindparam("revisions", expanding=True)), entry.kind == EntryKind.EDIT)
        .group_by(entry.revision_id, entry.active)
        .subquery()
    )
    depth = (
        select(end.active)
        .where(end.revision_id == entry.revision_id)
        .order_by(end.position.desc())
        .limit(1)
        .scalar_subquery()
    )
    at_its_depth = (entry.revision_id == drawn_last.c.revision_id) & (entry.position == drawn_last.c.position)
    return select(entry.author).join(drawn_last, at_its_depth).where(entry.active <= depth).distinct()


_AUTHORS = _query_authors()  # put together once: that takes longer than to ask
