"""Corrections: edits appended to the log of an image's newest revision, from any number of windows.

Every call names the revision and the position (number of entries) that it was based on. Entries that are
already stored at exactly those positions under the same keys are a resend after a lost answer and are passed
over; what remains must begin at the log's end, or nothing is stored and ConflictError says so.

Whoever holds a document hands it in as `known`, and only what has come after it is read. Without one, the whole log is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.edit_log import (
    LogEntry,
    NewEntry,
    Outcome,
    append,
    outcome,
    place_of,
    read_keys,
    read_log,
    read_tail,
    shared_edits,
)
from annotation_store.errors import ConflictError
from annotation_store.kinds import EntryKind
from annotation_store.pilots.running import check_may_draft
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
from matting_core.edits.patch import Patch


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
    outcome: Outcome[LogEntry]

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What counts, in order."""
        return self.edits_since(0)

    @property
    def can_undo(self) -> bool:
        return self.image.state in OPEN_STATES and bool(self.outcome.active)

    @property
    def can_redo(self) -> bool:
        return self.image.state in OPEN_STATES and bool(self.outcome.undone)

    def edits_since(self, count: int) -> tuple[Edit, ...]:
        """What counts behind the first `count` edits."""
        return tuple(entry.edit for entry in self.outcome.active[count:] if entry.edit is not None)

    def shared_with(self, other: "Document") -> int:
        """How many of the first edits are the same entries in both documents, of one revision."""
        return shared_edits(self.outcome, other.outcome)


def open_document(store: Store, image_id: int) -> Document:
    """The image as it stands. Raises NotFoundError if there is no such image, or no draft of it yet."""
    return _read(store, image_id, None)


def follow(store: Store, known: Document) -> Document:
    """The image of `known` as it stands now; reads only what has come after it. Raises as `open_document` does."""
    return _read(store, known.image.id, known)


def append_edits(
    store: Store,
    image_id: int,
    *,
    revision_id: int,
    position: int,
    edits: Sequence[KeyedEdit],
    by: str,
    known: Document | None = None,
) -> Document:
    """Append `edits` to the log, all or none; the image is then in correction.

    It is then in the hands of `by`, too. Raises ConflictError (see above), LeasedError if somebody else has it in hand,
    InvalidTransitionError if the image is not open for correction, or InPilotError for a part that was drafted anew in
    an image that a pilot has made without drafts.
    """
    entries = [NewEntry(key=keyed.key, kind=EntryKind.EDIT, edit=keyed.edit) for keyed in edits]
    return _append(store, image_id, revision_id=revision_id, position=position, entries=entries, by=by, known=known)


def undo(
    store: Store,
    image_id: int,
    *,
    revision_id: int,
    position: int,
    key: str,
    by: str,
    known: Document | None = None,
) -> Document:
    """Take the last edit back. Raises NothingToUndoError, and whatever `append_edits` raises."""
    entries = [NewEntry(key=key, kind=EntryKind.UNDO)]
    return _append(store, image_id, revision_id=revision_id, position=position, entries=entries, by=by, known=known)


def redo(
    store: Store,
    image_id: int,
    *,
    revision_id: int,
    position: int,
    key: str,
    by: str,
    known: Document | None = None,
) -> Document:
    """Bring the edit back that was taken back last. Raises as `undo` does."""
    entries = [NewEntry(key=key, kind=EntryKind.REDO)]
    return _append(store, image_id, revision_id=revision_id, position=position, entries=entries, by=by, known=known)


def is_stored(store: Store, *, revision_id: int, position: int, key: str) -> bool:
    """Whether the entry that stands at this place in the log has this key: then a client only asks again."""
    with store.database.read() as session:
        return place_of(session, revision_id, key) == position


def check_may_redraft(store: Store, image_id: int) -> None:
    """Raise InPilotError if no part of the image may be drafted anew; before the slow work."""
    with store.database.read() as session:
        check_may_draft(session, find_image(session, image_id))


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


def _read(store: Store, image_id: int, known: Document | None) -> Document:
    with store.database.read() as session:
        image = find_image(session, image_id)
        return _document(session, image, find_head(session, image).id, known)


def _append(
    store: Store,
    image_id: int,
    *,
    revision_id: int,
    position: int,
    entries: Sequence[NewEntry],
    by: str,
    known: Document | None,
) -> Document:
    with store.database.write() as session:
        image = find_image(session, image_id)
        check_open(image.name, image.state)
        tail = read_tail(session, image.head_revision_id)
        if image.head_revision_id != revision_id or not 0 <= position <= tail.position:
            raise ConflictError(tail.position)
        new = entries if position == tail.position else _without_resent(session, revision_id, entries, position)
        if new is None:
            raise ConflictError(tail.position)
        if new:
            if any(isinstance(entry.edit, Patch) for entry in new):
                check_may_draft(session, image)
            hold(session, image, by=by)
            try:
                append(session, revision_id, new, tail=tail, author=by)
            except IntegrityError:  # one of the keys stands elsewhere in the log
                raise ConflictError(tail.position) from None
            if image.state is not ImageState.IN_CORRECTION:
                move_image(image, ImageState.IN_CORRECTION)
            session.flush()
        if known is not None and (known.revision_id, known.position) == (revision_id, tail.position):
            # whoever knows all that came before need not read what was just written
            return replace(_followed(known, new, tail.position), image=ImageRecord.of(image))
        return _document(session, image, revision_id, known)


def _followed(known: Document, new: Sequence[NewEntry], position: int) -> Document:
    """`known` with the entries that follow it from `position` on."""
    log = [LogEntry(position + i, entry.kind, entry.edit) for i, entry in enumerate(new)]
    return replace(known, position=position + len(log), outcome=outcome(log, known.outcome))


def _without_resent(
    session: Session, revision_id: int, entries: Sequence[NewEntry], position: int
) -> Sequence[NewEntry] | None:
    """The entries that are not yet in the log, or None if they do not belong at its end."""
    stored = read_keys(session, revision_id, position=position, count=len(entries))
    if any((entry.key, entry.kind) != there for entry, there in zip(entries, stored, strict=False)):
        return None
    return entries[len(stored) :]


def _document(session: Session, image: schema.Image, revision_id: int, known: Document | None) -> Document:
    """`known` brought up to date, or read from the beginning where it does not help."""
    if known is None or known.revision_id != revision_id:
        position, before = 0, None
    else:
        position, before = known.position, known.outcome
    log = read_log(session, revision_id, since=position)
    return Document(
        image=ImageRecord.of(image),
        revision_id=revision_id,
        position=position + len(log),
        outcome=outcome(log, before),
    )
