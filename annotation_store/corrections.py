"""Corrections: edits appended to the log of an image's newest revision, from any number of windows.

Every call names the revision and the position (number of entries) that it was based on. Entries that are
already stored at exactly those positions under the same keys are a resend after a lost answer and are passed
over; what remains must begin at the log's end, or nothing is stored and ConflictError says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.edit_log import NewEntry, edit_of, outcome, read_log, row_of
from annotation_store.errors import ConflictError, NothingToUndoError
from annotation_store.kinds import EntryKind
from annotation_store.queue.leases import hold
from annotation_store.queue.open_images import OPEN_STATES, check_open
from annotation_store.records import ImageRecord
from annotation_store.revisions import draft_of, get_revision, load_matte, load_retouch
from annotation_store.rows import find_head, find_image, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.arrays import Alpha
from matting_core.edits.edit import Edit, replay
from matting_core.edits.marks import Marks


@dataclass(frozen=True, slots=True)
class KeyedEdit:
    """An edit under the key that its client gave it, 1 to 64 characters, unique in the log."""

    key: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Document:
    """An image as it stands: its newest revision and the edits on it that count, after undo and redo.

    position: the number of entries in the log, undo and redo included.
    """

    image: ImageRecord
    revision_id: int
    position: int
    edits: tuple[Edit, ...]
    can_undo: bool
    can_redo: bool


def open_document(store: Store, image_id: int) -> Document:
    """The image as it stands. Raises NotFoundError if there is no such image, or no draft of it yet."""
    with store.database.read() as session:
        image = find_image(session, image_id)
        head = find_head(session, image)
        return _document(image, head.id, read_log(session, head.id))


def append_edits(
    store: Store, image_id: int, *, revision_id: int, position: int, edits: Sequence[KeyedEdit], by: str
) -> Document:
    """Append `edits` to the log, all or none; the image is then in correction.

    It is then in the hands of `by`, too. Raises ConflictError (see above), LeasedError if somebody else has it in hand,
    or InvalidTransitionError if the image is not open for correction.
    """
    entries = [NewEntry(key=keyed.key, kind=EntryKind.EDIT, edit=keyed.edit) for keyed in edits]
    return _append(store, image_id, revision_id=revision_id, position=position, entries=entries, by=by)


def undo(store: Store, image_id: int, *, revision_id: int, position: int, key: str, by: str) -> Document:
    """Take the last edit back. Raises NothingToUndoError, and whatever `append_edits` raises."""
    entries = [NewEntry(key=key, kind=EntryKind.UNDO)]
    return _append(store, image_id, revision_id=revision_id, position=position, entries=entries, by=by)


def redo(store: Store, image_id: int, *, revision_id: int, position: int, key: str, by: str) -> Document:
    """Bring the edit back that was taken back last. Raises as `undo` does."""
    entries = [NewEntry(key=key, kind=EntryKind.REDO)]
    return _append(store, image_id, revision_id=revision_id, position=position, entries=entries, by=by)


def is_stored(store: Store, *, revision_id: int, position: int, key: str) -> bool:
    """Whether the entry that stands at this place in the log has this key: then a client only asks again."""
    with store.database.read() as session:
        log = read_log(session, revision_id)
    return 0 <= position < len(log) and log[position].client_key == key


def load_base(store: Store, revision_id: int) -> tuple[Marks, Alpha]:
    """The marks of a revision without the edits on it, and the model's alpha (float32, HxW, [0, 1]) below them."""
    revision = get_revision(store, revision_id)
    trimap, alpha = load_matte(store, revision)
    retouch = load_retouch(store, revision)
    marks = Marks(trimap, lambda: load_matte(store, draft_of(store, revision))[0], retouch)
    return marks, alpha if retouch is None else retouch.below(alpha)


def replayed_marks(store: Store, document: Document) -> Marks:
    """The marks of the revision with the edits of `document` on it."""
    marks, _ = load_base(store, document.revision_id)
    return replay(marks, document.edits)


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
            hold(session, image, by=by)
            _store(session, image, revision_id, log=log, entries=new, author=by)
        return _document(image, revision_id, log)


def _without_resent(
    entries: Sequence[NewEntry], log: Sequence[schema.EditEntry], position: int
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
    log: list[schema.EditEntry],
    entries: Sequence[NewEntry],
    author: str,
) -> None:
    """Append `entries` to the table and to `log`."""
    for entry in entries:
        before = outcome(log)
        if entry.kind is EntryKind.UNDO and not before.active:
            raise NothingToUndoError("There is nothing left to undo.")
        if entry.kind is EntryKind.REDO and not before.undone:
            raise NothingToUndoError("There is nothing to redo: a new edit ends what can be brought back.")
        row = row_of(entry, revision_id=revision_id, log=log, author=author)
        session.add(row)
        log.append(row)
    if image.state is not ImageState.IN_CORRECTION:
        move_image(image, ImageState.IN_CORRECTION)
    session.flush()


def _document(image: schema.Image, revision_id: int, log: Sequence[schema.EditEntry]) -> Document:
    result = outcome(log)
    is_open = image.state in OPEN_STATES
    return Document(
        image=ImageRecord.of(image),
        revision_id=revision_id,
        position=len(log),
        edits=tuple(edit_of(row) for row in result.active),
        can_undo=is_open and bool(result.active),
        can_redo=is_open and bool(result.undone),
    )
