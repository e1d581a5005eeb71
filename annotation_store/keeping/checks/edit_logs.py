"""The logs of edits, each walked from its beginning."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.edit_log import Tail
from annotation_store.errors import NothingToUndoError
from annotation_store.keeping.checks.database import RESTORE
from annotation_store.keeping.finding import Finding, damage
from annotation_store.kinds import EntryKind

_BATCH = 10_000
_KINDS = frozenset(kind.value for kind in EntryKind)
Entry = schema.EditEntry


def edit_logs(session: Session) -> Iterator[Finding]:
    """Entries count 0, 1, 2 ...; there is an edit where one is expected; nothing is undone that was not done; and each
    entry says rightly what it leaves behind. Of each log the first fault is told."""
    query = (
        select(
            Entry.revision_id,
            Entry.position,
            type_coerce(Entry.kind, String()).label("kind"),
            Entry.edit.is_not(None).label("has_edit"),
            Entry.active,
            Entry.undone,
        )
        .order_by(Entry.revision_id, Entry.position)
        .execution_options(yield_per=_BATCH)
    )
    for revision_id, entries in groupby(session.execute(query), key=lambda row: row.revision_id):
        if fault := _first_fault(list(entries)):
            check, words = fault
            yield damage(check, f"The edits of {_words(session, revision_id)} {words}: {RESTORE}.")


def _first_fault(entries: Sequence[Any]) -> tuple[str, str] | None:
    """The check that fails, and how."""
    tail = Tail()
    for entry in entries:
        if entry.kind not in _KINDS:
            return None  # told by the check of words
        if entry.position != tail.position:
            return "log-positions", f"lack an entry (number {tail.position})"
        if entry.has_edit != (entry.kind == EntryKind.EDIT):
            return "log-edits", f"have an entry (number {entry.position}) that says nothing or too much"
        try:
            tail = tail.after(EntryKind(entry.kind))
        except NothingToUndoError:
            return "log-undo", f"take back or bring back one (in entry {entry.position}) that is not there"
        if (entry.active, entry.undone) != (tail.active, tail.undone):
            return "log-counters", f"are counted wrongly (in entry {entry.position})"
    return None


def _words(session: Session, revision_id: int) -> str:
    query = (
        select(schema.Revision.number, schema.Image.name, schema.Image.id)
        .join(schema.Image, schema.Image.id == schema.Revision.image_id)
        .where(schema.Revision.id == revision_id)
    )
    found = session.execute(query).first()
    return f"“{found.name}” (image {found.id}, revision {found.number})" if found else f"revision {revision_id}"
