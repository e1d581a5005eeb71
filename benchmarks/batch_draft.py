"""What does a studio add to the predictor? Drafting many photos, beside drafter and predictor called by themselves.

    python -m benchmarks.batch_draft [--photos 100] [--megapixels 1.0] [--batch 10] [--threads N] [--json]

Photos are crops of scikit-image's samples, scaled to one size, with grain, as JPEG. They come in batches; each batch
is drafted in three ways, which take turns in being the first: by the studio, as `draft` does (read from the store,
decoded, given a trimap and an alpha, judged for difficulty, encoded, flushed to the disk, written down); by drafter and
predictor alone, on decoded photos; and by the predictor alone, on decoded photos with their trimaps. Loading the model
is in none of them. Ratios compare seconds of the same run: `draft_to_predictor` is how fast drafting is as a share of
how fast the predictor alone is, 1 if the studio costs nothing. CPU-seconds are those of all threads: on a busy computer
they tell more than the clock, but not what is gained by having several photos in work.
"""

import json
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from annotation_store import gallery
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.states import ImageState
from annotation_store.store import Store, open_store
from benchmarks.sample_photos import GRAIN
from matting_core.arrays import Rgb, Trimap
from matting_core.drafting.drafter import Drafter, Hints
from matting_core.image_io import ImageLimits, decode_photo
from matting_core.matting import Matting
from matting_core.predictor import predict, run_once
from studio.commands.terminal import StatusLine, chatter_aside, progress_bar, table
from studio.device.live_model import LiveModel
from studio.drafter_choice import chosen_drafter
from studio.drafting import draft_waiting
from training.built_in_models import register_built_in_models

SAMPLES = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "motorcycle_left.png")
ARMS = ("draft", "drafter_and_predictor", "predictor")


def main(
    photos: Annotated[int, typer.Option(min=1, help="How many.")] = 100,
    megapixels: Annotated[float, typer.Option(min=0.05, help="Of each.")] = 1.0,
    batch: Annotated[int, typer.Option(min=1, help="Photos after which the ways of drafting take turns.")] = 10,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads of a prediction; 0: as PyTorch likes.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print the figures."""
    seconds, cpu = dict.fromkeys(ARMS, 0.0), dict.fromkeys(ARMS, 0.0)
    with tempfile.TemporaryDirectory() as folder, chatter_aside(), StatusLine() as line:
        store = open_store(Path(folder) / "studio")
        register_built_in_models(store)
        live = LiveModel(store, device="cpu", threads=threads)
        _, matting = live.get()
        run_once(matting)
        for start in range(0, photos, batch):
            line.show(progress_bar(start / photos, f"{start} of {photos}"))
            made = [sample_photo(number, megapixels) for number in range(start, min(photos, start + batch))]
            for arm, spent in _measured(store, live, matting, made, first=start // batch, warm=start > 0).items():
                seconds[arm] += spent[0]
                cpu[arm] += spent[1]
        store.database.close()
    figures: dict[str, float] = {f"{arm}_seconds_per_photo": round(spent / photos, 4) for arm, spent in seconds.items()}
    figures |= {f"{arm}_cpu_seconds_per_photo": round(spent / photos, 4) for arm, spent in cpu.items()}
    figures |= {
        "draft_to_predictor": round(seconds["predictor"] / seconds["draft"], 3),
        "draft_to_drafter_and_predictor": round(seconds["drafter_and_predictor"] / seconds["draft"], 3),
        "photos": photos,
        "megapixels": megapixels,
    }
    typer.echo(table(("Figure", "Value"), [(name, str(value)) for name, value in figures.items()], right=(1,)))
    if as_json:
        typer.echo(json.dumps(figures))


def _measured(
    store: Store, live: LiveModel, matting: Matting, made: list[bytes], *, first: int, warm: bool
) -> dict[str, tuple[float, float]]:
    """Seconds and CPU-seconds of each way for one batch; what comes first of them rotates with `first`."""
    before = time.time_ns()
    report = take_in(
        store,
        [IncomingFile(f"{before}-{number}.jpg", data) for number, data in enumerate(made)],
        by="benchmark",
        limits=ImageLimits(),
    )
    drafter = chosen_drafter(store, report.accepted[0].id)
    decoded = [decode_photo(data).rgb for data in made]
    trimaps = [drafter.draft(rgb, Hints()).trimap for rgb in decoded]
    if not warm:  # the first of all pays for what is compiled and cached once
        _predict_all(matting, decoded[:1], trimaps[:1])
    ways: dict[str, Callable[[], None]] = {
        "draft": lambda: _draft_all(store, live, len(made)),
        "drafter_and_predictor": lambda: _draft_and_predict(drafter, matting, decoded),
        "predictor": lambda: _predict_all(matting, decoded, trimaps),
    }
    turn = [ARMS[(first + step) % len(ARMS)] for step in range(len(ARMS))]
    return {arm: _seconds(ways[arm]) for arm in turn}


def _seconds(work: Callable[[], None]) -> tuple[float, float]:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - cpu


def _draft_all(store: Store, live: LiveModel, count: int) -> None:
    drafted = draft_waiting(store, live, ahead=True)
    if drafted != count or gallery.count_by_state(store)[ImageState.WAITING]:
        raise RuntimeError(f"{drafted} of {count} photos were drafted")


def _draft_and_predict(drafter: Drafter, matting: Matting, decoded: list[Rgb]) -> None:
    for rgb in decoded:
        predict(matting, rgb, drafter.draft(rgb, Hints()).trimap)


def _predict_all(matting: Matting, decoded: list[Rgb], trimaps: list[Trimap]) -> None:
    for rgb, trimap in zip(decoded, trimaps, strict=True):
        predict(matting, rgb, trimap)


def sample_photo(number: int, megapixels: float) -> bytes:
    """A crop of a sample, the same for the same number: JPEG of a portrait or landscape of 3 to 4."""
    rng = np.random.default_rng(number)
    data = (files("skimage.data") / SAMPLES[number % len(SAMPLES)]).read_bytes()
    rgb = decode_photo(data).rgb
    height = round(rgb.shape[0] * rng.uniform(0.75, 1))
    width = min(rgb.shape[1], round(height * rng.choice([3 / 4, 4 / 3])))
    top, left = (int(rng.integers(0, room + 1)) for room in (rgb.shape[0] - height, rgb.shape[1] - width))
    scale = float(np.sqrt(megapixels * 1e6 / (height * width)))
    size = round(width * scale), round(height * scale)
    large = cv2.resize(rgb[top : top + height, left : left + width], size, interpolation=cv2.INTER_CUBIC)
    grainy = np.clip(large + rng.normal(0, GRAIN, large.shape), 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", grainy[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


if __name__ == "__main__":
    typer.run(main)
