"""Corrections: strokes appended to the log of an image's newest revision, from any number of windows.

Every call names the revision and the position (number of entries) that it was based on. Entries that are
already stored at exactly those positions under the same keys are a resend after a lost answer and are passed
over; what remains must begin at the log's end, or nothing is stored and ConflictError says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import ConflictError, NothingToUndoError
from annotation_store.kinds import EntryKind
from annotation_store.records import ImageRecord
from annotation_store.revisions import get_revision, load_matte
from annotation_store.rows import find_head, find_image, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.stroke_log import NewEntry, outcome, read_log, row_of, stroke_of
from annotation_store.work_queue import OPEN_STATES, check_open
from matting_core.arrays import Alpha, Trimap
from matting_core.strokes import Stroke, replay


@dataclass(frozen=True, slots=True)
class KeyedStroke:
    """A stroke under the key that its client gave it, 1 to 64 characters, unique in the log."""

    key: str
    stroke: Stroke


@dataclass(frozen=True, slots=True)
class Document:
    """An image as it stands: its newest revision and the strokes on it that count, after undo and redo.

    position: the number of entries in the log, undo and redo included.
    """

    image: ImageRecord
    revision_id: int
    position: int
    strokes: tuple[Stroke, ...]
    can_undo: bool
    can_redo: bool


def open_document(store: Store, image_id: int) -> Document:
    """The image as it stands. Raises NotFoundError if there is no such image, or no draft of it yet."""
    with store.database.read() as session:
        image = find_image(session, image_id)
        head = find_head(session, image)
        return _document(image, head.id, read_log(session, head.id))


def append_strokes(
    store: Store, image_id: int, *, revision_id: int, position: int, strokes: Sequence[KeyedStroke], by: str
) -> Document:
    """Append `strokes` to the log, all or none; the image is then in correction.

    Raises ConflictError (see above), or InvalidTransitionError if the image is not open for correction.
    """
    entries = [NewEntry(key=keyed.key, kind=EntryKind.STROKE, stroke=keyed.stroke) for keyed in strokes]
    return _append(store, image_id, revision_id=revision_id, position=position, entries=entries, by=by)


def undo(store: Store, image_id: int, *, revision_id: int, position: int, key: str, by: str) -> Document:
    """Take the last stroke back. Raises NothingToUndoError, and whatever `append_strokes` raises."""
    entries = [NewEntry(key=key, kind=EntryKind.UNDO)]
    return _append(store, image_id, revision_id=revision_id, position=position, entries=entries, by=by)


def redo(store: Store, image_id: int, *, revision_id: int, position: int, key: str, by: str) -> Document:
    """Bring the stroke back that was taken back last. Raises as `undo` does."""
    entries = [NewEntry(key=key, kind=EntryKind.REDO)]
    return _append(store, image_id, revision_id=revision_id, position=position, entries=entries, by=by)


def load_base(store: Store, revision_id: int) -> tuple[Trimap, Alpha]:
    """Trimap (uint8, HxW, {0, 128, 255}) and alpha (float32, HxW, [0, 1]) of a revision, without strokes."""
    return load_matte(store, get_revision(store, revision_id))


def replayed_trimap(store: Store, document: Document) -> Trimap:
    """The trimap (uint8, HxW, {0, 128, 255}) of the revision with the strokes of `document` on it."""
    trimap, _ = load_base(store, document.revision_id)
    return replay(trimap, document.strokes)


def _append(
    store: Store, image_id: int, *, revision_id: int, position: int, entries: Sequence[NewEntry], by: str
) -> Document:
    with store.database.write() as session:
        image = find_image(session, image_id)
        check_open(image.name, image.state)
        log = read_log(session, image.head_revision_id)
        new = _without_resent(entries, log, position) if image.head_revision_id == revision_id else None
        if new is None:
            raise ConflictError(len(log))
        if new:
            _store(session, image, revision_id, log=log, entries=new, author=by)
        return _document(image, revision_id, log)


def _without_resent(
    entries: Sequence[NewEntry], log: Sequence[schema.StrokeEntry], position: int
) -> Sequence[NewEntry] | None:
    """The entries that are not yet in `log`, or None if they do not belong at its end."""
    if not 0 <= position <= len(log):
        return None
    stored = log[position : position + len(entries)]
    if any((entry.key, entry.kind) != (row.client_key, row.kind) for entry, row in zip(entries, stored, strict=False)):
        return None
    new = entries[len(stored) :]
    keys = [row.client_key for row in log] + [entry.key for entry in new]
    return new if len(set(keys)) == len(keys) else None


def _store(
    session: Session,
    image: schema.Image,
    revision_id: int,
    *,
    log: list[schema.StrokeEntry],
    entries: Sequence[NewEntry],
    author: str,
) -> None:
    """Append `entries` to the table and to `log`."""
    for entry in entries:
        before = outcome(log)
        if entry.kind is EntryKind.UNDO and not before.active:
            raise NothingToUndoError("There is no stroke left to undo.")
        if entry.kind is EntryKind.REDO and not before.undone:
            raise NothingToUndoError("There is no stroke to redo: a new stroke ends what can be brought back.")
        row = row_of(entry, revision_id=revision_id, position=len(log), author=author)
        session.add(row)
        log.append(row)
    if image.state is not ImageState.IN_CORRECTION:
        move_image(image, ImageState.IN_CORRECTION)
    session.flush()


def _document(image: schema.Image, revision_id: int, log: Sequence[schema.StrokeEntry]) -> Document:
    result = outcome(log)
    is_open = image.state in OPEN_STATES
    return Document(
        image=ImageRecord.of(image),
        revision_id=revision_id,
        position=len(log),
        strokes=tuple(stroke_of(row) for row in result.active),
        can_undo=is_open and bool(result.active),
        can_redo=is_open and bool(result.undone),
    )
