"""The edit log of a revision: append-only entries that edit, undo or redo, and what they add up to.

Each entry carries how many edits count after it and how many can be brought back, so that whoever appends reads the
last one only; and whoever knows what a log adds up to at one place reads only what has come after it. An edit costs the
same on the first and on the ten-thousandth entry.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.edit_codec import decode_edit, encode_edit
from annotation_store.errors import InvalidKeyError, NothingToUndoError
from annotation_store.kinds import EntryKind
from matting_core.edits.edit import Edit

MAX_KEY = 64


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that a client sends, under a key of its own making by which a resend is recognised.

    edit: only with EntryKind.EDIT. Raises InvalidKeyError unless the key has 1 to 64 characters.
    """

    key: str
    kind: EntryKind
    edit: Edit | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.key) <= MAX_KEY:
            raise InvalidKeyError(f"An edit's key has 1 to {MAX_KEY} characters, not {len(self.key)}.")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry as it stands in a log, at `position`; edit: only with EntryKind.EDIT."""

    position: int
    kind: EntryKind
    edit: Edit | None


class _HasKind(Protocol):
    @property
    def kind(self) -> EntryKind: ...


Entry = TypeVar("Entry", bound=_HasKind)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Entry]):
    """What a log adds up to: the edits that count, in order, and those taken back, the last one last."""

    active: tuple[Entry, ...] = ()
    undone: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Tail:
    """Where a log ends. position: how many entries it has; active, undone: how many edits are in its outcome."""

    position: int = 0
    active: int = 0
    undone: int = 0

    def after(self, kind: EntryKind) -> "Tail":
        """With one more entry. Raises NothingToUndoError if that would move an edit that is not there."""
        if kind is EntryKind.EDIT:
            return Tail(self.position + 1, self.active + 1, 0)
        if kind is EntryKind.UNDO:
            if not self.active:
                raise NothingToUndoError("There is nothing left to undo.")
            return Tail(self.position + 1, self.active - 1, self.undone + 1)
        if not self.undone:
            raise NothingToUndoError("There is nothing to redo: a new edit ends what can be brought back.")
        return Tail(self.position + 1, self.active + 1, self.undone - 1)


def outcome(log: Iterable[Entry], before: Outcome[Entry] | None = None) -> Outcome[Entry]:
    """Go on from `before` through `log`: undo and redo move the last edit; a new one ends what can be brought back."""
    active = [] if before is None else list(before.active)
    undone = [] if before is None else list(before.undone)
    for entry in log:
        if entry.kind is EntryKind.EDIT:
            active.append(entry)
            undone.clear()
        elif entry.kind is EntryKind.UNDO:
            undone.append(active.pop())
        else:
            active.append(undone.pop())
    return Outcome(active=tuple(active), undone=tuple(undone))


def shared_edits(one: Outcome[LogEntry], other: Outcome[LogEntry]) -> int:
    """How many edits count in both of two outcomes, at any two places of one log; they are the first ones of each.

    What lies below an edit does not change for as long as it counts or can be brought back: two outcomes that have one
    edit in common have in common all that lies below it. So the last such edit is found by bisection.
    """
    shorter = range(min(len(one.active), len(other.active)))
    return bisect_left(shorter, True, key=lambda i: one.active[i].position != other.active[i].position)


def read_log(session: Session, revision_id: int | None, *, since: int = 0) -> list[LogEntry]:
    """The entries on a revision from position `since` on; none without a revision."""
    columns = (schema.EditEntry.position, schema.EditEntry.kind, schema.EditEntry.edit)
    query = (
        select(*columns)
        .filter_by(revision_id=revision_id)
        .where(schema.EditEntry.position >= since)
        .order_by(schema.EditEntry.position)
    )
    return [
        LogEntry(row.position, row.kind, None if row.edit is None else decode_edit(row.edit))
        for row in session.execute(query)
    ]


def read_tail(session: Session, revision_id: int | None) -> Tail:
    """Where the log of a revision ends, told by its last entry alone."""
    columns = (schema.EditEntry.position, schema.EditEntry.active, schema.EditEntry.undone)
    query = select(*columns).filter_by(revision_id=revision_id).order_by(schema.EditEntry.position.desc()).limit(1)
    last = session.execute(query).first()
    return Tail() if last is None else Tail(last.position + 1, last.active, last.undone)


def read_keys(session: Session, revision_id: int, *, position: int, count: int) -> list[tuple[str, EntryKind]]:
    """Key and kind of at most `count` entries from `position` on."""
    query = (
        select(schema.EditEntry.client_key, schema.EditEntry.kind)
        .filter_by(revision_id=revision_id)
        .where(schema.EditEntry.position >= position, schema.EditEntry.position < position + count)
        .order_by(schema.EditEntry.position)
    )
    return [(row.client_key, row.kind) for row in session.execute(query)]


def place_of(session: Session, revision_id: int, key: str) -> int | None:
    """The position at which the entry under `key` stands; None if there is none."""
    return session.scalar(select(schema.EditEntry.position).filter_by(revision_id=revision_id, client_key=key))


def append(session: Session, revision_id: int, entries: Sequence[NewEntry], *, tail: Tail, author: str) -> None:
    """Write `entries`, at least one, behind `tail`, the present end.

    Raises NothingToUndoError, or IntegrityError if one of their keys is in the log already.
    """
    rows = []
    for entry in entries:
        position, tail = tail.position, tail.after(entry.kind)
        rows.append(
            {
                "revision_id": revision_id,
                "position": position,
                "kind": entry.kind,
                "client_key": entry.key,
                "edit": None if entry.edit is None else encode_edit(entry.edit),
                "active": tail.active,
                "undone": tail.undone,
                "author": author,
            }
        )
    session.execute(insert(schema.EditEntry), rows)
