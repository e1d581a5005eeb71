"""Does an edit cost the same at the end of a long log as on a fresh draft? And what does opening a long log cost?

    python -m benchmarks.long_log [--entries 0 --entries 10000] [--edits 30] [--json]

A photo of one megapixel in a store of its own, with so many strokes in its log. Then one edit at a time, medians in
milliseconds: `append_ms` is the store alone, asked by somebody who knows the document so far; `edit_ms` and `undo_ms`
are an editing session's whole answer, with a model in it that costs nothing. Beside them what reads everything:
`open_ms`, the document out of the store, and `approve_s`, an approval that replays the log to check it. With ``--json``
the last line is ``{"0": {"append_ms": ..., ...}, "1000": ..., "10000": ...}``.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from annotation_store import corrections, drafts, intake
from annotation_store.corrections import KeyedEdit
from annotation_store.incoming import IncomingFile
from annotation_store.learning import model_registry, what_serves
from annotation_store.store import Store, open_store
from benchmarks.sample_photos import benchmark_photo
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke
from matting_core.image_io import ImageLimits, encode_display
from matting_core.trimap import force_known
from studio.desk.session import EditingSession
from studio.desk.snapshots import Snapshots

LENGTHS = (0, 1000, 10_000)
POINTS = 20
BATCH = 500  # as many edits as a request may bring


class Nothing:
    """A model that costs nothing: half opaque wherever it is asked."""

    name = "nothing"

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        return force_known(np.full(trimap.shape, 0.5, np.float32), trimap)


class Hand:
    """Draws short strokes at random, each under a key of its own."""

    def __init__(self, width: int, height: int) -> None:
        self._rng = np.random.default_rng(0)
        self._size = (4 * width, 4 * height)
        self._count = 0

    def draw(self) -> KeyedEdit:
        self._count += 1
        walk = self._rng.integers(0, self._size) + np.cumsum(self._rng.integers(-12, 13, (POINTS, 2)), axis=0)
        ink = list(Ink)[self._count % 3]
        return KeyedEdit(self.key(), Stroke(ink, 40, tuple((int(x), int(y)) for x, y in walk)))

    def key(self) -> str:
        self._count += 1
        return f"key-{self._count}"


def main(
    entries: Annotated[list[int] | None, typer.Option(help=f"Lengths of the log; default {LENGTHS}.")] = None,
    edits: Annotated[int, typer.Option(help="How many edits to time at each length.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print the figures."""
    found: dict[str, dict[str, float]] = {}
    for length in entries or LENGTHS:
        with tempfile.TemporaryDirectory() as folder:
            found[str(length)] = _figures(Path(folder), length, edits)
        print(f"{length:6} entries: {', '.join(f'{name} {value}' for name, value in found[str(length)].items())}")
    if as_json:
        print(json.dumps(found))


def _figures(folder: Path, length: int, edits: int) -> dict[str, float]:
    store = open_store(folder / "data")
    image_id, hand = _drafted(store)
    known = corrections.open_document(store, image_id)

    def append(count: int) -> None:
        nonlocal known
        known = corrections.append_edits(
            store,
            image_id,
            revision_id=known.revision_id,
            position=known.position,
            edits=[hand.draw() for _ in range(count)],
            by="keiko",
            known=known,
        )

    for start in range(0, length, BATCH):
        append(min(BATCH, length - start))
    append_ms = _median_ms(lambda: append(1), edits)
    open_ms = _median_ms(lambda: corrections.open_document(store, image_id), 3)

    record, model = what_serves.live_model(store), Nothing()
    snapshots = Snapshots(folder / "snapshots")
    session = EditingSession(store, image_id, live=lambda: (record, model), snapshots=snapshots)
    place = {"revision": known.revision_id, "position": known.position}

    def edit() -> None:
        session.edit([hand.draw()], **place, by="keiko")
        place["position"] += 1

    def undo() -> None:
        session.undo(**place, key=hand.key(), by="keiko")
        place["position"] += 1

    return {
        "append_ms": append_ms,
        "edit_ms": _median_ms(edit, edits),
        "undo_ms": _median_ms(undo, edits),
        "open_ms": open_ms,
        "approve_s": round(_median_ms(lambda: session.approve(**place, by="ren"), 1) / 1000, 2),
    }


def _drafted(store: Store) -> tuple[int, Hand]:
    """A photo with a draft: the subject on the left, the backdrop on the right, unknown between them."""
    model_registry.register_shipped(store, name="nothing", architecture="none", shipped_weights=None, licence="none")
    photo = benchmark_photo(None, megapixels=1)
    file = IncomingFile("photo.png", encode_display(photo))
    (image,) = intake.take_in(store, [file], by="keiko", limits=ImageLimits()).accepted
    drafts.claim_next_for_drafting(store)
    trimap = np.full(photo.shape[:2], 128, np.uint8)
    trimap[:, : image.width // 3], trimap[:, -image.width // 3 :] = 255, 0
    alpha = Nothing().predict(photo, trimap)
    drafts.record_draft(store, image.id, trimap=trimap, alpha=alpha, model_id=None, drafter=None, by="keiko")
    return image.id, Hand(image.width, image.height)


def _median_ms(work: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - started))
    return round(statistics.median(found), 1)


if __name__ == "__main__":
    typer.run(main)
