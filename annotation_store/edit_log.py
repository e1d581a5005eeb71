"""The edit log of a revision: append-only entries that edit, undo or redo, and what they add up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.edit_codec import decode_edit, encode_edit
from annotation_store.errors import InvalidKeyError
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
class Outcome:
    """What a log adds up to: the edits that count, in order, and those taken back, the last one last."""

    active: tuple[schema.EditEntry, ...]
    undone: tuple[schema.EditEntry, ...]


def read_log(session: Session, revision_id: int | None) -> list[schema.EditEntry]:
    """All entries on a revision, by position; empty without a revision."""
    query = select(schema.EditEntry).filter_by(revision_id=revision_id).order_by(schema.EditEntry.position)
    return list(session.scalars(query))


def outcome(log: Iterable[schema.EditEntry]) -> Outcome:
    """Walk through `log`: undo and redo move the last edit; a new one ends what can be brought back."""
    active: list[schema.EditEntry] = []
    undone: list[schema.EditEntry] = []
    for entry in log:
        if entry.kind is EntryKind.EDIT:
            active.append(entry)
            undone.clear()
        elif entry.kind is EntryKind.UNDO:
            undone.append(active.pop())
        else:
            active.append(undone.pop())
    return Outcome(active=tuple(active), undone=tuple(undone))


def row_of(entry: NewEntry, *, revision_id: int, log: Sequence[schema.EditEntry], author: str) -> schema.EditEntry:
    """The row that keeps `entry` at the end of `log`."""
    before = outcome(log)
    active, undone = len(before.active), len(before.undone)
    by_kind = {EntryKind.EDIT: (1, -undone), EntryKind.UNDO: (-1, 1), EntryKind.REDO: (1, -1)}
    steps = by_kind[entry.kind]
    return schema.EditEntry(
        revision_id=revision_id,
        position=len(log),
        kind=entry.kind,
        client_key=entry.key,
        edit=None if entry.edit is None else encode_edit(entry.edit),
        active=active + steps[0],
        undone=undone + steps[1],
        author=author,
    )


def edit_of(row: schema.EditEntry) -> Edit:
    """The edit that `row` keeps; `row` is neither undo nor redo."""
    if row.edit is None:
        raise ValueError(f"an entry of the kind {row.kind} holds no edit")
    return decode_edit(row.edit)
