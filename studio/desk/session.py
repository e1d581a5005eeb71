"""One image on the desk: edits come in, are stored first, and the alpha around them is predicted anew."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from annotation_store import corrections, gallery, reviews
from annotation_store.corrections import Document, KeyedEdit
from annotation_store.errors import ConflictError
from annotation_store.queue.open_images import check_open
from annotation_store.records import ImageRecord, ModelRecord
from annotation_store.reviews import Seen
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.box import Box
from matting_core.cancelling import Cancellation, Cancelled
from matting_core.drafting.drafter import Drafter, Hints
from matting_core.edits.edit import Edit
from matting_core.edits.ink import Ink
from matting_core.edits.patch import Patch
from matting_core.predictor import predict
from studio.desk.lines import Line, Lines
from studio.desk.plate import Live, Plate
from studio.desk.snapshots import Snapshot, Snapshots
from studio.device.turns import TakeTurn, Urgency, unhindered


class Working(Protocol):
    """Counts how long the machine is at work, and how many strokes it answers by that. See machine_meter.py."""

    def __call__(self, *, strokes: int = 0) -> AbstractContextManager[None]: ...


def uncounted(*, strokes: int = 0) -> AbstractContextManager[None]:
    """Nobody wants to know."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Change:
    """What one request changed. alpha: as it is shown. trimap: only where the browser could not know it.

    matte: what the alpha is called that the browser has then (`matte_names.py`); None after a preview.
    """

    document: Document
    box: Box
    alpha: Alpha
    trimap: Trimap | None
    matte: str | None


class EditingSession:
    """Thread-safe; one request at a time. Everything raises BusyError if too many wait for the image already.

    `seen` is what the alpha is called that the sender has before their eyes, or None if they do not say. Another
    process may have shown it: then a change tells the whole alpha and not a part, so that the sender sees what is here,
    and a decision brings that very alpha here, or computes the whole of it, before it is kept.
    """

    def __init__(
        self,
        store: Store,
        image_id: int,
        *,
        live: Live,
        snapshots: Snapshots,
        working: Working = uncounted,
        turn: TakeTurn = unhindered,
        line: Line | None = None,
    ) -> None:
        """turn: asked before anything is stored whose matte is then to be predicted. Opening may predict, too.

        line: where requests for this image wait for each other; whoever has a turn never waits there.
        """
        self._store = store
        self._turn = turn
        self._working = working
        self._live = live
        self._snapshots = snapshots
        self._line = line or Lines().line()
        self._waiting_for_nobody = Cancellation()  # a settling or a preview that is under way, if any
        self.image_id = image_id
        self._rgb: Rgb = gallery.load_photo(store, gallery.get_image(store, image_id)).rgb
        document = corrections.open_document(store, image_id)
        self._plate = Plate(store, self._rgb, document, live=live, snapshots=snapshots, turn=turn)

    @property
    def pixels(self) -> int:
        return int(self._plate.trimap.size)

    def document(self) -> Document:
        """The image as the store has it now; a change made elsewhere is taken over."""
        with self._line.first():
            self._plate.follow(corrections.follow(self._store, self._plate.document))
            return self._plate.document

    def planes(self) -> tuple[Document, Trimap, Alpha]:
        """Document, trimap (uint8) and alpha (float32, as it is shown), as they stand; copies."""
        with self._line.first():
            return self.document(), self._plate.trimap.copy(), self._plate.shown(self._plate.whole)

    def trimap(self) -> Trimap:
        """A copy of the trimap (uint8) as it stands."""
        with self._line.first():
            self.document()
            return self._plate.trimap.copy()

    def alpha(self) -> tuple[str, Alpha]:
        """What the alpha is called, and itself (float32), as it stands and is shown."""
        with self._line.first():
            self.document()
            return self._plate.matte, self._plate.shown(self._plate.whole)

    def look(self) -> tuple[Rgb, Trimap, Alpha]:
        """Photo (not a copy), trimap and alpha as they stand."""
        _, trimap, alpha = self.planes()
        return self._rgb, trimap, alpha

    def edit(
        self, edits: Sequence[KeyedEdit], *, revision: int, position: int, by: str, seen: str | None = None
    ) -> Change:
        """Store the edits, then apply them and predict the alpha around them.

        Raises ConflictError, InvalidTransitionError, BusyError (nothing is stored then). An empty box means that
        nothing changed.
        """
        with self._changing(), self._turn(by, Urgency.STROKE):
            is_resent = self._plate.document.position > position
            document = corrections.append_edits(
                self._store,
                self.image_id,
                revision_id=revision,
                position=position,
                edits=edits,
                by=by,
                known=self._plate.document,
            )
            unknown_to_browser = any(_depends_on_more(each.edit) for each in edits)
            also = self._plate.reach([keyed.edit for keyed in edits]) if is_resent else None
            with self._working(strokes=len(edits)):
                return self._change(document, seen, also=also, tell_trimap=unknown_to_browser)

    def redraft(
        self,
        drafter: Drafter,
        hints: Hints,
        *,
        part: Box,
        revision: int,
        position: int,
        key: str,
        by: str,
        seen: str | None = None,
    ) -> Change:
        """Let `drafter` make the trimap anew in `part`, by `hints`, and keep that as an edit. Raises as `edit` does."""
        with self._changing(), self._turn(by, Urgency.STROKE):
            box = part.clipped(width=self._plate.whole.right, height=self._plate.whole.bottom)
            if corrections.is_stored(self._store, revision_id=revision, position=position, key=key):
                return self._change(self.document(), seen, also=box, tell_trimap=True)  # asked again: not drafted again
            self._check_place(revision, position)
            corrections.check_may_redraft(self._store, self.image_id)
            with self._working():
                labels = drafter.draft(self._rgb, hints).trimap[box.slices]
            keyed = KeyedEdit(key, Patch.of(labels, left=box.left, top=box.top))
            return self.edit([keyed], revision=revision, position=position, by=by, seen=seen)

    def undo(self, *, revision: int, position: int, key: str, by: str, seen: str | None = None) -> Change:
        """Take back the last edit. Raises as `edit` does, and NothingToUndoError."""
        with self._changing(), self._turn(by, Urgency.STROKE):
            return self._step(corrections.undo, revision=revision, position=position, key=key, by=by, seen=seen)

    def redo(self, *, revision: int, position: int, key: str, by: str, seen: str | None = None) -> Change:
        """Bring back the edit that was taken back last. Raises as `undo` does."""
        with self._changing(), self._turn(by, Urgency.STROKE):
            return self._step(corrections.redo, revision=revision, position=position, key=key, by=by, seen=seen)

    def preview(self, edit: Edit, *, revision: int, position: int, by: str = "") -> Change:
        """What `edit` would change, if it ended now; nothing is stored. Raises as `recompute` does.

        Nobody has to wait for it: whatever else is asked for meanwhile ends it with ConflictError.
        """
        previewing = Cancellation()
        with self._changing():
            self._check_place(revision, position)
            self._waiting_for_nobody = previewing
            try:
                with self._turn(by, Urgency.PREVIEW, cancellation=previewing), self._working():
                    box, alpha = self._plate.preview(edit, cancellation=previewing)
            except Cancelled:
                raise ConflictError(position) from None
            return Change(self._plate.document, box, alpha, None, None)

    def recompute(self, *, revision: int, position: int, by: str = "") -> Change:
        """Predict the whole alpha anew for the current trimap.

        Raises ConflictError, InvalidTransitionError, BusyError.
        """
        with self._changing(), self._turn(by, Urgency.SETTLING):
            self._check_place(revision, position)
            record, matting = self._live()
            with self._working():
                alpha = predict(matting, self._rgb, self._plate.trimap)
            return self._replace_alpha(alpha, by=record)

    def settle(self, *, revision: int, position: int, by: str = "") -> Change:
        """As `recompute`, but nobody has to wait for it: whatever else is asked for meanwhile ends it.

        Raises ConflictError then, too.
        """
        settling = Cancellation()
        with self._changing():
            self._check_place(revision, position)
            record, matting = self._live()
            trimap, self._waiting_for_nobody = self._plate.trimap.copy(), settling
        try:
            with self._turn(by, Urgency.SETTLING, cancellation=settling), self._working():
                alpha = predict(matting, self._rgb, trimap, cancellation=settling)
        except Cancelled:
            raise ConflictError(position) from None
        with self._line.first():
            self._check_place(revision, position)
            if settling.is_cancelled:
                raise ConflictError(position)
            return self._replace_alpha(alpha, by=record)

    def leave(self) -> None:
        """Nobody looks at the image any more: what is being settled is given up."""
        self._waiting_for_nobody.cancel()

    def approve(self, *, revision: int, position: int, by: str, seen: str | None = None) -> ImageRecord:
        """Approve what the operator sees. Raises as `reviews.approve` does, and BusyError: nothing is decided then."""
        return self._keep(reviews.approve, revision=revision, position=position, by=by, seen=seen)

    def submit(self, *, revision: int, position: int, by: str, seen: str | None = None) -> ImageRecord:
        """Hand what the operator sees to a reviewer. Raises as `approve` does."""
        return self._keep(reviews.submit, revision=revision, position=position, by=by, seen=seen)

    def restore(self, number: int, *, revision: int, position: int, by: str, seen: str | None = None) -> Document:
        """Go back to the revision of this number; what the operator sees is kept.

        Raises as `reviews.restore` does, and BusyError: nothing is kept then.
        """
        with self._changing():
            how = partial(reviews.restore, revision_number=number)
            self._keep(how, revision=revision, position=position, by=by, seen=seen)
            return self.document()

    def _step(
        self, step: Callable[..., Document], *, revision: int, position: int, key: str, by: str, seen: str | None
    ) -> Change:
        known = self._plate.document
        document = step(
            self._store, self.image_id, revision_id=revision, position=position, key=key, by=by, known=known
        )
        with self._working():
            return self._change(document, seen, tell_trimap=True)

    def _keep(
        self, how: Callable[..., ImageRecord], *, revision: int, position: int, by: str, seen: str | None
    ) -> ImageRecord:
        with self._changing():
            document = self.document()
            if seen is not None and (document.revision_id, document.position) == (revision, position):
                self._bring(seen, by=by)
            what = Seen(
                revision_id=revision,
                position=position,
                trimap=self._plate.trimap,
                alpha=self._plate.shown(self._plate.whole),
                model_id=self._plate.model_id,
            )
            kept = how(self._store, self.image_id, what, by=by)
            if kept.head_revision_id != revision:  # its edits are in a revision of their own now
                self._snapshots.drop(revision)
            return kept

    def _bring(self, seen: str, *, by: str) -> None:
        """Have the alpha of this name on the plate; where it is out of reach, the whole one, computed anew.

        The latter is what the sender saw if they had paused, and what they would have seen after a pause if not. Raises
        BusyError if there is no turn for it; nothing was decided then.
        """
        if self._plate.recall(seen):
            return
        with self._turn(by, Urgency.SETTLING), self._working():
            record, matting = self._live()
            self._plate.replace_alpha(predict(matting, self._rgb, self._plate.trimap), by=record)

    def _keep_snapshot(self) -> None:
        document = self._plate.document
        revision, position = document.revision_id, document.position

        def take() -> Snapshot | None:
            with self._line.first_at_last():
                return self._plate.alpha_at(revision, position)

        self._snapshots.save_soon(revision, position, take)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """The head of the line for one change; a matte that is being settled is out of date then."""
        self._waiting_for_nobody.cancel()
        with self._line.first():
            self._waiting_for_nobody.cancel()  # one may have begun while this waited
            yield

    def _check_place(self, revision: int, position: int) -> None:
        document = self.document()
        if (document.revision_id, document.position) != (revision, position):
            raise ConflictError(document.position)
        check_open(document.image.name, document.image.state)

    def _replace_alpha(self, alpha: Alpha, *, by: ModelRecord) -> Change:
        plate = self._plate
        plate.replace_alpha(alpha, by=by)
        self._keep_snapshot()
        return Change(plate.document, plate.whole, plate.shown(plate.whole), None, plate.matte)

    def _change(
        self, document: Document, seen: str | None, *, also: Box | None = None, tell_trimap: bool = False
    ) -> Change:
        """Follow the store and cut out what changed; `also` is told in any case (the answer to a resend)."""
        plate = self._plate
        is_seen = seen is None or seen == plate.matte
        box = plate.follow(document)
        box = plate.whole if not is_seen else box if also is None else box.union(also)
        self._keep_snapshot()
        trimap = plate.trimap[box.slices].copy() if tell_trimap else None
        return Change(document, box, plate.shown(box), trimap, plate.matte)


def _depends_on_more(edit: Edit) -> bool:
    """Whether what `edit` makes of the trimap depends on more than a browser may have at hand."""
    return edit.tool in ("fill", "band", "patch") or getattr(edit, "ink", None) is Ink.DRAFT
