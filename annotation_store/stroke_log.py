"""The stroke log of a revision: append-only entries that stroke, undo or redo, and what they add up to."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import InvalidKeyError
from annotation_store.kinds import EntryKind
from matting_core.strokes import Label, Stroke

MAX_KEY = 64


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that a client sends, under a key of its own making by which a resend is recognised.

    stroke: only with EntryKind.STROKE. Raises InvalidKeyError unless the key has 1 to 64 characters.
    """

    key: str
    kind: EntryKind
    stroke: Stroke | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.key) <= MAX_KEY:
            raise InvalidKeyError(f"A stroke's key has 1 to {MAX_KEY} characters, not {len(self.key)}.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a log adds up to: the strokes that count, in order, and those taken back, the last one last."""

    active: tuple[schema.StrokeEntry, ...]
    undone: tuple[schema.StrokeEntry, ...]


def read_log(session: Session, revision_id: int | None) -> list[schema.StrokeEntry]:
    """All entries on a revision, by position; empty without a revision."""
    query = select(schema.StrokeEntry).filter_by(revision_id=revision_id).order_by(schema.StrokeEntry.position)
    return list(session.scalars(query))


def outcome(log: Iterable[schema.StrokeEntry]) -> Outcome:
    """Walk through `log`: undo and redo move the last stroke; a new one ends what can be brought back."""
    active: list[schema.StrokeEntry] = []
    undone: list[schema.StrokeEntry] = []
    for entry in log:
        if entry.kind is EntryKind.STROKE:
            active.append(entry)
            undone.clear()
        elif entry.kind is EntryKind.UNDO:
            undone.append(active.pop())
        else:
            active.append(undone.pop())
    return Outcome(active=tuple(active), undone=tuple(undone))


def row_of(entry: NewEntry, *, revision_id: int, position: int, author: str) -> schema.StrokeEntry:
    """The row that keeps `entry`."""
    stroke = entry.stroke
    return schema.StrokeEntry(
        revision_id=revision_id,
        position=position,
        kind=entry.kind,
        client_key=entry.key,
        label=stroke and stroke.label.value,
        radius=stroke and stroke.radius,
        points=stroke and json.dumps(stroke.points, separators=(",", ":")).encode(),
        author=author,
    )


def stroke_of(row: schema.StrokeEntry) -> Stroke:
    """The stroke that `row` keeps; `row` is neither undo nor redo."""
    if row.label is None or row.radius is None or row.points is None:
        raise ValueError(f"an entry of the kind {row.kind} holds no stroke")
    return _decode(row.label, row.radius, row.points)


@lru_cache(maxsize=8192)  # every new stroke reads the whole log of its image again
def _decode(label: str, radius: int, points: bytes) -> Stroke:
    return Stroke(label=Label(label), radius=radius, points=tuple((x, y) for x, y in json.loads(points)))
