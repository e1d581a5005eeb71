"""What one photo and one stroke cost here: the figures from which a studio of any size is reckoned.

    python -m benchmarks.scale.inputs [--megapixels 1 --megapixels 4 --megapixels 12] [--photos 3] [--out FILE]

Drafts and strokes are measured within this process, one thread each, in seconds of the processor, which a busy computer
changes little; the pen on a PostgreSQL of its own, in seconds of the clock, which it changes much. A draft is all that
a worker does: read, decode, draft, predict, judge, encode and store. Photos are `batch_draft`'s, JPEG of quality 95,
enlarged where they are larger than scikit-image's, with grain. ``--out`` writes the figures as JSON for
``benchmarks.scale.projection``.
"""

import json
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from sqlalchemy import text

from annotation_store import gallery
from annotation_store.corrections import KeyedEdit
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.records import ImageRecord, RevisionRecord
from annotation_store.revisions import get_revision, load_matte
from annotation_store.store import Store, open_store
from benchmarks.batch_draft import sample_photo
from benchmarks.scale.load import told_load
from benchmarks.scale.many_rows import fill_rows
from benchmarks.scale.photo_cost import PhotoCost
from benchmarks.scale.postgresql import own_postgresql
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke
from matting_core.image_io import ImageLimits, encode_alpha, encode_display, encode_trimap
from studio.api.contracts import ChangeOut
from studio.commands.terminal import table
from studio.desk.session import EditingSession
from studio.desk.snapshots import Snapshots
from studio.device.live_model import LiveModel
from studio.drafting import draft_waiting
from training.built_in_models import register_built_in_models

STROKES = 20
INKS = (Ink.FOREGROUND, Ink.BACKGROUND, Ink.UNKNOWN)
MANY = 20_000
"""Rows by which tables are weighed."""
POINTS = 20
"""Of a stroke, as a pen draws them within a second or so."""


def main(
    megapixels: Annotated[list[float] | None, typer.Option(help="Sizes of photos.")] = None,
    photos: Annotated[int, typer.Option(min=1, help="Of each size.")] = 3,
    out: Annotated[Path | None, typer.Option(help="File for the figures.")] = None,
) -> None:
    """Print the figures."""
    with own_postgresql() as url, tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "data", database_url=url)
        register_built_in_models(store)
        sizes = [_measure(store, Path(folder), size, photos) for size in megapixels or [1.0, 4.0, 12.0]]
        row_bytes = _bytes_of_a_stroke(store)
        connections = _connections(store)
        store.database.close()
        photo_row_bytes = _bytes_of_a_photo(Path(folder) / "rows")
    figures: dict[str, Any] = {
        "sizes": [asdict(each) for each in sizes],
        "stroke_row_bytes": row_bytes,
        "photo_row_bytes": photo_row_bytes,
        "connections": connections,
        "where": {
            "day": datetime.now(UTC).date().isoformat(),
            "processor": _processor(),
            "load": told_load(),
            "python": platform.python_version(),
        },
    }
    names = list(asdict(sizes[0]))
    typer.echo(table(names, [[f"{getattr(each, name):.4g}" for name in names] for each in sizes]))
    typer.echo(json.dumps({name: value for name, value in figures.items() if name != "sizes"}, indent=1))
    if out is not None:
        out.write_text(json.dumps(figures, indent=1) + "\n")


def _measure(store: Store, folder: Path, megapixels: float, photos: int) -> PhotoCost:
    live = LiveModel(store, device="cpu", threads=1)
    data = [sample_photo(100 + number, megapixels) for number in range(photos + 1)]
    files = [IncomingFile(f"{megapixels}-{number}.jpg", each) for number, each in enumerate(data)]
    take_in(store, files[:1], by="benchmark", limits=ImageLimits())
    draft_waiting(store, live)  # what is loaded and compiled once
    images = take_in(store, files[1:], by="benchmark", limits=ImageLimits()).accepted
    with _pen_timed(store) as held:
        began = time.process_time()
        draft_waiting(store, live)
        drafting = (time.process_time() - began) / photos
    drafted = [gallery.get_image(store, image.id) for image in images]
    strokes = [_strokes(store, folder, live, image) for image in drafted]
    mattes = [_matte_bytes(store, image) for image in drafted]
    return PhotoCost(
        megapixels=megapixels,
        draft_cpu_seconds=drafting,
        stroke_cpu_seconds=statistics.mean(each.cpu for each in strokes),
        pen_seconds=statistics.mean(each.pen for each in strokes),
        draft_pen_seconds=len(held) / photos * statistics.median(held),
        photo_bytes=statistics.mean(map(len, data[1:])),
        thumbnail_bytes=statistics.mean(len(store.blobs.get(image.thumbnail_blob)) for image in images),
        matte_bytes=statistics.mean(mattes),
        screen_bytes=statistics.mean(_screen_bytes(store, image) for image in drafted),
        answer_bytes=statistics.mean(each.answer for each in strokes),
    )


@dataclass(frozen=True, slots=True)
class _Strokes:
    """Of one photo: median seconds of the processor and with the pen, by which others who use the computer show least;
    mean bytes of the answer."""

    cpu: float
    pen: float
    answer: float


def _strokes(store: Store, folder: Path, live: LiveModel, image: ImageRecord) -> _Strokes:
    snapshots = Snapshots(folder / "snapshots")
    session = EditingSession(store, image.id, live=lambda: live.get(image.id), snapshots=snapshots)
    document = session.document()
    rng = np.random.default_rng(image.id)
    cpu: list[float] = []
    answers: list[int] = []
    with _pen_timed(store) as held:
        for number in range(STROKES):
            edit = KeyedEdit(f"{image.id}-{number}", _stroke(rng, image))
            began = time.process_time()
            change = session.edit([edit], revision=document.revision_id, position=document.position, by="benchmark")
            answers.append(len(ChangeOut.of(change).model_dump_json()))
            cpu.append(time.process_time() - began)
            document = change.document
    session.leave()
    snapshots.flush()
    return _Strokes(statistics.median(cpu), statistics.median(held), statistics.mean(answers))


def _screen_bytes(store: Store, image: ImageRecord) -> int:
    """The photo as JPEG, and both planes as PNG."""
    trimap, alpha = load_matte(store, _head(store, image))
    planes = encode_trimap(trimap), encode_alpha(alpha, bits=8)
    return len(encode_display(gallery.load_photo(store, image).rgb)) + sum(map(len, planes))


def _stroke(rng: np.random.Generator, image: ImageRecord) -> Stroke:
    """Along a short way in the middle half of the photo."""
    x, y = (int(4 * side * rng.uniform(0.25, 0.7)) for side in (image.width, image.height))
    points = tuple((x + 8 * step, y + int(rng.integers(-8, 9))) for step in range(POINTS))
    return Stroke(ink=INKS[int(rng.integers(len(INKS)))], radius=120, points=points)


@contextmanager
def _pen_timed(store: Store) -> Iterator[list[float]]:
    """How long each transaction that writes takes, while nobody else writes: from asking for the pen to its return."""
    held: list[float] = []
    write = store.database.write

    @contextmanager
    def timed() -> Iterator[Any]:
        began = time.perf_counter()
        try:
            with write() as session:
                yield session
        finally:
            held.append(time.perf_counter() - began)

    store.database.write = timed  # type: ignore[method-assign]
    try:
        yield held
    finally:
        del store.database.write  # type: ignore[method-assign]


def _matte_bytes(store: Store, image: ImageRecord) -> int:
    revision = _head(store, image)
    return sum(len(store.blobs.get(blob)) for blob in (revision.trimap_blob, revision.alpha_blob))


def _head(store: Store, image: ImageRecord) -> RevisionRecord:
    assert image.head_revision_id is not None  # noqa: S101, it was drafted above
    return get_revision(store, image.head_revision_id)


def _bytes_of_a_stroke(store: Store) -> float:
    """In tables and indexes of PostgreSQL, where there are many: the strokes of one revision once more, MANY times."""
    columns = "kind, edit, active, undone, author, created_at"
    with store.database.write() as session:
        session.execute(
            text(
                f"INSERT INTO edit_log (revision_id, position, client_key, {columns}) "  # noqa: S608, all ours
                f"SELECT revision_id, 1000 * number + position, client_key || '-' || number, {columns} "
                "FROM edit_log CROSS JOIN generate_series(1, :many) AS number "
                "WHERE revision_id = (SELECT min(revision_id) FROM edit_log)"
            ),
            {"many": MANY // STROKES},
        )
    with store.database.read() as session:
        size = session.scalar(text("SELECT pg_total_relation_size('edit_log')")) or 0
        count = session.scalar(text("SELECT count(*) FROM edit_log")) or 1
    return float(size / count)


def _bytes_of_a_photo(folder: Path) -> float:
    """Of all that hangs on a photo but its strokes, in tables and indexes of PostgreSQL; see many_rows.py."""
    size = text("SELECT pg_database_size(current_database()) - pg_total_relation_size('edit_log')")
    with own_postgresql() as url:
        store = open_store(folder, database_url=url)
        with store.database.read() as session:
            empty = session.scalar(size) or 0
        fill_rows(store, MANY)
        with store.database.read() as session:
            full = session.scalar(size) or 0
        store.database.close()
    return float((full - empty) / MANY)


def _connections(store: Store) -> int:
    """To the database, that one process takes at most."""
    pool: Any = store.database.engine.pool
    return int(pool.size() + pool._max_overflow)


def _processor() -> str:
    with suppress(OSError):  # not Linux
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    typer.run(main)
