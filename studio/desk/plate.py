"""The pixels of one opened image: what its edits have come to, and the model's alpha below what is painted by hand.

The store's log is the truth. A plate is what it replays to, kept so that an edit costs a local update and not a replay;
it can be thrown away at any time and rebuilt.
"""

from collections.abc import Callable, Sequence

import numpy as np

from annotation_store import corrections
from annotation_store.corrections import Document
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.box import Box
from matting_core.cancelling import Cancellation
from matting_core.edits.edit import Edit, reach
from matting_core.edits.marks import Covered, Marks
from matting_core.local_update import update_alpha
from matting_core.matting import Matting
from matting_core.trimap import force_known
from studio.desk import matte_names
from studio.desk.snapshots import Snapshot, Snapshots
from studio.desk.taking_back import TakingBack
from studio.device.turns import TakeTurn, Urgency, unhindered
from studio.operations.traces import span

Live = Callable[[], tuple[ModelRecord, Matting]]
"""Gives the live model: its record and the ready model."""

NOTHING = Box(0, 0, 0, 0)
OPENING = ""
"""In whose name turns are taken for an image that is being opened: all who open one share it."""


class Plate:
    """Not thread-safe: its session takes care that one request at a time is here."""

    def __init__(
        self,
        store: Store,
        rgb: Rgb,
        document: Document,
        *,
        live: Live,
        snapshots: Snapshots,
        turn: TakeTurn = unhindered,
    ) -> None:
        """turn: taken where the plate predicts, unless its session has it already: when an image is opened, say."""
        self._store = store
        self._turn = turn
        self._live = live
        self._snapshots = snapshots
        self.rgb = rgb
        self.model_id: int | None = None  # what last computed a part of the revision's alpha anew, if anything did
        self.matte = matte_names.KEPT  # what the model's alpha is called
        self._is_sound = False
        self._rebuild(document)
        self._is_sound = True

    @property
    def trimap(self) -> Trimap:
        """uint8, HxW, {0, 128, 255}; the plate's own."""
        return self._marks.trimap

    @property
    def whole(self) -> Box:
        return self._marks.whole

    def shown(self, box: Box) -> Alpha:
        """What the operator sees in `box`: a copy, float32, [0, 1], exact where the trimap is known."""
        return self._marks.shown(self._alpha[box.slices], box).copy()

    def reach(self, edits: Sequence[Edit]) -> Box:
        return reach(edits, self.whole)

    def follow(self, document: Document) -> Box:
        """Bring everything to `document`; returns the box that changed."""
        same_base = self._is_sound and document.revision_id == self.document.revision_id
        self._is_sound = False  # until the model has answered: what it leaves half done is rebuilt from the store
        shared = document.shared_with(self.document) if same_base else 0
        taken_back = len(self.document.outcome.active) - shared
        if same_base and taken_back <= len(self._before):
            box = self._take_back(taken_back).union(self._apply(document.edits_since(shared)))
        else:
            if document.revision_id != self.document.revision_id:
                self.model_id = None
            self._rebuild(document)
            box = self.whole
        self.document, self._is_sound = document, True
        return box

    def replace_alpha(self, alpha: Alpha, *, by: ModelRecord) -> None:
        """The model `by` has predicted the whole of it anew for the present trimap."""
        self._alpha, self.model_id = alpha, by.id
        self.matte = matte_names.fine(by.id, self.document.position)
        self._before.forget_alphas()

    def recall(self, matte: str) -> bool:
        """Whether the alpha of this name is at hand for this place in the log; it is the plate's then."""
        if matte != self.matte:
            if matte == matte_names.KEPT:
                _, alpha = self._base(self.document.revision_id)
                self.model_id = None
            else:
                kept = self._snapshots.load(self.document.revision_id, self.document.position, matte=matte)
                if kept is None or kept.alpha.shape != self._alpha.shape:
                    return False
                alpha = kept.alpha
            self._alpha, self.matte = force_known(alpha, self.trimap), matte
            self._before.forget_alphas()
        return True

    def preview(self, edit: Edit, *, cancellation: Cancellation) -> tuple[Box, Alpha]:
        """What would be shown after `edit`, and where; nothing is changed. Raises Cancelled."""
        box = self.reach([edit])
        covered = self._marks.cover(box)
        touched = edit.apply(self._marks)
        try:
            _, matting = self._live()
            patch = update_alpha(
                matting,
                self.rgb,
                trimap=self.trimap,
                covered=covered.trimap,
                changed=box,
                alpha=self._alpha,
                cancellation=cancellation,
            )
            told = touched.union(patch.box)
            alpha = self._alpha[told.slices].copy()
            alpha[patch.box.moved(-told.left, -told.top).slices] = patch.alpha
            return told, self._marks.shown(alpha, told)
        finally:
            self._marks.put_back(covered)

    def alpha_at(self, revision: int, position: int) -> Snapshot | None:
        """A copy of the model's alpha, if this is still the place in the log and nothing is half done."""
        is_there = self._is_sound and (self.document.revision_id, self.document.position) == (revision, position)
        return Snapshot(self.matte, self._alpha.copy()) if is_there else None

    def _apply(self, edits: Sequence[Edit]) -> Box:
        if not edits:
            return NOTHING
        around = self.reach(edits)
        before, touched = self.trimap[around.slices].copy(), NOTHING
        covered: list[Covered] = []
        for edit in edits:
            full = self._marks.cover(self.reach([edit]))
            box = edit.apply(self._marks)
            covered.append(full if box == full.box else full.part(box))
            touched = touched.union(box)
        alpha = self._update(before, around)
        self._before.push(covered, alpha=alpha)
        return touched.union(alpha[0])

    def _take_back(self, count: int) -> Box:
        changed = NOTHING
        for _ in range(count):
            last = self._before.pop()
            covered = last.marks
            if last.alpha is not None:
                self._marks.put_back(covered)
                box, alpha = last.alpha
                self._alpha[box.slices] = alpha
                if not box.is_empty:
                    self.matte = matte_names.grown()
            else:
                before = self.trimap[covered.box.slices].copy()
                self._marks.put_back(covered)
                box, was = self._update(before, covered.box)
                self._before.widen_batch(box, was, alpha=self._alpha)
            changed = changed.union(covered.box).union(box)
        return changed

    def _update(self, before: Trimap, changed: Box) -> tuple[Box, Alpha]:
        """Predict around `changed`, where the trimap was `before`; returns the box that changed and what it covered."""
        record, matting = self._live()
        with self._turn(OPENING, Urgency.STROKE), span("predict stroke"):
            patch = update_alpha(
                matting, self.rgb, trimap=self.trimap, covered=before, changed=changed, alpha=self._alpha
            )
        if not patch.box.is_empty:
            self.model_id, self.matte = record.id, matte_names.grown()
        covered = self._alpha[patch.box.slices].copy()
        self._alpha[patch.box.slices] = patch.alpha
        return patch.box, covered

    def _rebuild(self, document: Document) -> None:
        """From the store alone, or from a snapshot of the same place in the log."""
        self.document = document
        self._before = TakingBack()
        self._marks, self._alpha = self._base(document.revision_id)
        self.matte = matte_names.KEPT
        kept = self._snapshots.load(document.revision_id, document.position)
        edits = document.edits
        before = self.trimap.copy() if edits else self.trimap
        for edit in edits:
            edit.apply(self._marks)
        if kept is not None and kept.alpha.shape == self._alpha.shape:  # without edits it is what recompute gave
            self._alpha, self.matte = force_known(kept.alpha, self.trimap), kept.matte
        elif edits:
            self._update(before, self.whole)

    def _base(self, revision_id: int) -> tuple[Marks, Alpha]:
        marks, alpha = corrections.load_base(self._store, revision_id)
        return marks, np.array(alpha)
