"""One image on the desk: strokes come in, are stored first, and the alpha around them is predicted anew.

The store's stroke log is the truth. What is kept here is what it replays to, so that a stroke costs a local update
and not a replay; a session can be thrown away at any time and rebuilt from the store.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from annotation_store import corrections, gallery, reviews
from annotation_store.corrections import Document, KeyedStroke
from annotation_store.errors import ConflictError
from annotation_store.records import ImageRecord, ModelRecord
from annotation_store.store import Store
from annotation_store.work_queue import check_open
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.box import Box
from matting_core.cancelling import Cancellation, Cancelled
from matting_core.local_update import update_alpha
from matting_core.matting import Matting
from matting_core.predictor import predict
from matting_core.strokes import Stroke, paint, reach
from studio.desk.snapshots import Snapshots


@dataclass(frozen=True, slots=True)
class Change:
    """What one request changed. alpha: always told. trimap: only where the browser could not know it (undo, redo)."""

    document: Document
    box: Box
    alpha: Alpha
    trimap: Trimap | None


@dataclass(frozen=True, slots=True)
class _Before:
    """What a stroke covered, to take it back exactly. alpha: None where it is not known stroke by stroke."""

    box: Box
    trimap: Trimap
    alpha: tuple[Box, Alpha] | None

    @property
    def bytes(self) -> int:
        return self.trimap.nbytes + (0 if self.alpha is None else self.alpha[1].nbytes)


Live = Callable[[], tuple[ModelRecord, Matting]]
"""Gives the live model: its record and the ready model."""

NOTHING = Box(0, 0, 0, 0)
MOST_BYTES_TO_TAKE_BACK = 100_000_000
"""Per session; about a hundred strokes. An undo beyond them rebuilds the session from the store."""


class EditingSession:
    """Thread-safe; one request at a time."""

    def __init__(self, store: Store, image_id: int, *, live: Live, snapshots: Snapshots) -> None:
        self._store = store
        self._live = live
        self._model_id: int | None = None  # what last computed a part of the alpha, if anything did in this session
        self._snapshots = snapshots
        self._lock = threading.RLock()
        self._settling = Cancellation()  # of the settling that is under way, if any
        self.image_id = image_id
        self._rgb: Rgb = gallery.load_photo(store, gallery.get_image(store, image_id)).rgb
        self._rebuild(corrections.open_document(store, image_id))
        self._is_sound = True

    @property
    def pixels(self) -> int:
        return int(self._trimap.size)

    def document(self) -> Document:
        """The image as the store has it now; a change made elsewhere is taken over."""
        with self._lock:
            self._follow(corrections.open_document(self._store, self.image_id))
            return self._document

    def planes(self) -> tuple[Document, Trimap, Alpha]:
        """Document, trimap (uint8) and alpha (float32), as they stand; copies."""
        with self._lock:
            return self.document(), self._trimap.copy(), self._alpha.copy()

    def paint(self, strokes: Sequence[KeyedStroke], *, revision: int, position: int, by: str) -> Change:
        """Store the strokes, then paint them and predict the alpha around them.

        Raises ConflictError, InvalidTransitionError (nothing is stored then). An empty box means that nothing changed.
        """
        with self._changing():
            document = corrections.append_strokes(
                self._store, self.image_id, revision_id=revision, position=position, strokes=strokes, by=by
            )
            return self._change(document, also=self._reach(keyed.stroke for keyed in strokes))

    def undo(self, *, revision: int, position: int, key: str, by: str) -> Change:
        """Take back the last stroke. Raises as `paint` does, and NothingToUndoError."""
        with self._changing():
            document = corrections.undo(
                self._store, self.image_id, revision_id=revision, position=position, key=key, by=by
            )
            return self._change(document, tell_trimap=True)

    def redo(self, *, revision: int, position: int, key: str, by: str) -> Change:
        """Bring back the stroke that was taken back last. Raises as `undo` does."""
        with self._changing():
            document = corrections.redo(
                self._store, self.image_id, revision_id=revision, position=position, key=key, by=by
            )
            return self._change(document, tell_trimap=True)

    def recompute(self, *, revision: int, position: int) -> Change:
        """Predict the whole alpha anew for the current trimap. Raises ConflictError, InvalidTransitionError."""
        with self._changing():
            self._check_place(revision, position)
            record, matting = self._live()
            return self._replace_alpha(predict(matting, self._rgb, self._trimap), by=record)

    def settle(self, *, revision: int, position: int) -> Change:
        """As `recompute`, but nobody has to wait for it: whatever else is asked for meanwhile ends it.

        Raises ConflictError then, too.
        """
        settling = Cancellation()
        with self._changing():
            self._check_place(revision, position)
            record, matting = self._live()
            trimap, self._settling = self._trimap.copy(), settling
        try:
            alpha = predict(matting, self._rgb, trimap, cancellation=settling)
        except Cancelled:
            raise ConflictError(position) from None
        with self._lock:
            self._check_place(revision, position)
            if settling.is_cancelled:
                raise ConflictError(position)
            return self._replace_alpha(alpha, by=record)

    def leave(self) -> None:
        """Nobody looks at the image any more: what is being settled is given up."""
        self._settling.cancel()

    def approve(self, *, revision: int, position: int, by: str) -> ImageRecord:
        """Approve what the operator sees. Raises ConflictError if it is not what the store has."""
        return self._hand_over(reviews.approve, revision=revision, position=position, by=by)

    def submit(self, *, revision: int, position: int, by: str) -> ImageRecord:
        """Hand what the operator sees to a reviewer. Raises as `approve` does."""
        return self._hand_over(reviews.submit, revision=revision, position=position, by=by)

    def _hand_over(self, keep: Callable[..., ImageRecord], *, revision: int, position: int, by: str) -> ImageRecord:
        with self._changing():
            self.document()
            kept = keep(
                self._store,
                self.image_id,
                revision_id=revision,
                position=position,
                trimap=self._trimap,
                alpha=self._alpha,
                by=by,
                model_id=self._model_id,
            )
            if kept.head_revision_id != revision:  # its strokes are in the new head now
                self._snapshots.drop(revision)
            return kept

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """The session's turn for one change; a matte that is being settled is out of date then."""
        self._settling.cancel()
        with self._lock:
            self._settling.cancel()  # one may have begun while this waited
            yield

    def _check_place(self, revision: int, position: int) -> None:
        document = self.document()
        if (document.revision_id, document.position) != (revision, position):
            raise ConflictError(document.position)
        check_open(document.image.name, document.image.state)

    def _replace_alpha(self, alpha: Alpha, *, by: ModelRecord) -> Change:
        self._alpha, self._model_id = alpha, by.id
        self._befores = [_Before(before.box, before.trimap, None) for before in self._befores]
        self._keep_snapshot()
        return Change(self._document, self._whole, self._alpha.copy(), None)

    @property
    def _whole(self) -> Box:
        return Box(0, 0, self._trimap.shape[1], self._trimap.shape[0])

    def _reach(self, strokes: Iterable[Stroke]) -> Box:
        height, width = self._trimap.shape
        return reach(strokes, width=width, height=height)

    def _change(self, document: Document, *, also: Box = NOTHING, tell_trimap: bool = False) -> Change:
        """Follow the store and cut out what changed; `also` is told in any case (the answer to a resend)."""
        box = self._follow(document).union(also)
        self._keep_snapshot()
        trimap = self._trimap[box.slices].copy() if tell_trimap else None
        return Change(document, box, self._alpha[box.slices].copy(), trimap)

    def _follow(self, document: Document) -> Box:
        """Bring trimap and alpha to `document`; returns the box that changed."""
        known, asked = self._document.strokes, document.strokes
        same_base = self._is_sound and document.revision_id == self._document.revision_id
        self._is_sound = False  # until the model has answered: what it leaves half done is rebuilt from the store
        if same_base and asked[: len(known)] == known:
            box = self._paint(asked[len(known) :])
        elif same_base and known[: len(asked)] == asked and len(known) - len(asked) <= len(self._befores):
            box = self._take_back(len(known) - len(asked))
        else:
            self._rebuild(document)
            box = self._whole
        self._document, self._is_sound = document, True
        return box

    def _paint(self, strokes: Sequence[Stroke]) -> Box:
        if not strokes:
            return NOTHING
        around = self._reach(strokes)
        before, befores = self._trimap[around.slices].copy(), []
        for stroke in strokes:
            box = self._reach([stroke])
            befores.append(_Before(box, self._trimap[box.slices].copy(), None))
            paint(self._trimap, stroke)
        alpha = self._update(before, around)
        # the alpha was predicted once for all strokes: only the first of them can give back the alpha before it
        befores[0] = _Before(befores[0].box, befores[0].trimap, alpha)
        self._befores += befores
        self._forget_oldest()
        return around.union(alpha[0])

    def _take_back(self, count: int) -> Box:
        changed = NOTHING
        for _ in range(count):
            last = self._befores.pop()
            if last.alpha is not None:
                self._trimap[last.box.slices] = last.trimap
                box, alpha = last.alpha
                self._alpha[box.slices] = alpha
            else:
                before = self._trimap[last.box.slices].copy()
                self._trimap[last.box.slices] = last.trimap
                box, covered = self._update(before, last.box)
                self._widen_batch(box, covered)
            changed = changed.union(last.box).union(box)
        return changed

    def _widen_batch(self, box: Box, covered: Alpha) -> None:
        """Let the first stroke of a batch also give back what taking back its last ones changed in `box`.

        That may reach further than the batch did: a smaller crop may have to grow further to show both known classes.
        """
        for index in reversed(range(len(self._befores))):
            first = self._befores[index]
            if first.alpha is not None:
                break
        else:
            return
        inner, alpha = first.alpha
        if (outer := inner.union(box)) == inner:
            return
        wide = self._alpha.copy()
        wide[box.slices] = covered
        wide[inner.slices] = alpha
        self._befores[index] = _Before(first.box, first.trimap, (outer, wide[outer.slices].copy()))

    def _forget_oldest(self) -> None:
        kept = sum(before.bytes for before in self._befores)
        while kept > MOST_BYTES_TO_TAKE_BACK:
            kept -= self._befores.pop(0).bytes

    def _update(self, before: Trimap, changed: Box) -> tuple[Box, Alpha]:
        """Predict around `changed`, where the trimap was `before`; returns the box that changed and what it covered."""
        record, matting = self._live()
        patch = update_alpha(
            matting, self._rgb, trimap=self._trimap, covered=before, changed=changed, alpha=self._alpha
        )
        self._model_id = record.id
        covered = self._alpha[patch.box.slices].copy()
        self._alpha[patch.box.slices] = patch.alpha
        return patch.box, covered

    def _rebuild(self, document: Document) -> None:
        """From the store alone, or from a snapshot of the same place in the log."""
        self._document = document
        self._befores: list[_Before] = []
        base_trimap, base_alpha = corrections.load_base(self._store, document.revision_id)
        self._trimap, self._alpha = base_trimap.copy(), base_alpha.copy()
        for stroke in document.strokes:
            paint(self._trimap, stroke)
        kept = self._snapshots.load(document.revision_id, document.position)
        if kept is not None and kept.shape == self._alpha.shape:  # without strokes it is what recompute gave
            self._alpha = kept
            self._alpha[self._trimap == 0], self._alpha[self._trimap == 255] = 0, 1
        elif document.strokes:
            self._update(base_trimap, self._whole)

    def _keep_snapshot(self) -> None:
        self._snapshots.save_soon(self._document.revision_id, self._document.position, self._alpha)
