"""How long does the matte take to follow a stroke, and how close does it come to predicting the photo again?

    python -m benchmarks.local_update [--photo FILE] [--strokes 12] [--json]

The same random strokes are drawn on the same photo at 1, 12 and 24 megapixels; each stroke's local update is timed.
At one megapixel, every update is also compared with a full prediction by the fine form of the model, within 48 pixels
of the stroke (mean absolute difference), beside two other cheap answers: leaving the alpha as it was, and predicting
the patch's box alone, by the quick form, and pasting that. The box is what an update may change; the model is shown a
larger crop for an update. With ``--json`` the last line is ``{"1": ..., "12": ..., "24": ...}``, median milliseconds.
"""

import json
import statistics
import time
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from benchmarks.sample_photos import benchmark_photo
from matting_core.arrays import UNKNOWN, Alpha, Rgb, Trimap
from matting_core.box import Box
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.stroke import Stroke
from matting_core.local_update import update_alpha
from matting_core.matting import Matting, live_form
from matting_core.model_names import open_matting
from matting_core.predictor import predict

MEGAPIXELS = (1, 12, 24)
NEAR = 48


def main(
    photo: Annotated[Path | None, typer.Option(help="A photo; default is a sample of scikit-image.")] = None,
    strokes: Annotated[int, typer.Option(help="How many strokes to draw on each size.")] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print the figures."""
    matting = open_matting(fastest=True)
    medians: dict[str, float] = {}
    for megapixels in MEGAPIXELS:
        rgb = benchmark_photo(photo, megapixels=megapixels)
        trimap = AutomaticDrafter().draft(rgb).trimap
        alpha = predict(matting, rgb, trimap)
        _once(matting, rgb, trimap, alpha, np.random.default_rng(99))  # what is compiled or loaded now is not timed
        rng = np.random.default_rng(0)
        times = []
        for _ in range(strokes):
            seconds, trimap, alpha = _once(matting, rgb, trimap, alpha, rng)
            times.append(1000 * seconds)
        medians[str(megapixels)] = round(statistics.median(times), 1)
        print(f"{megapixels:3} megapixels: median {medians[str(megapixels)]:6.1f} ms, longest {max(times):6.1f} ms")
    for name, value in _differences(matting, benchmark_photo(photo, megapixels=1), strokes).items():
        print(f"difference from a full prediction, {name:22} {value:.4f}")
    if as_json:
        print(json.dumps(medians))


def _once(
    matting: Matting, rgb: Rgb, trimap: Trimap, alpha: Alpha, rng: np.random.Generator
) -> tuple[float, Trimap, Alpha]:
    """Draw one stroke and follow it: seconds, and trimap and alpha after it."""
    after, covered, box = _drawn(trimap, rng)
    started = time.perf_counter()
    patch = update_alpha(matting, rgb, trimap=after, covered=covered, changed=box, alpha=alpha)
    seconds = time.perf_counter() - started
    shown = alpha.copy()
    shown[patch.box.slices] = patch.alpha
    return seconds, after, shown


def _drawn(trimap: Trimap, rng: np.random.Generator) -> tuple[Trimap, Trimap, Box]:
    """The trimap after a short stroke from a random unknown pixel that changes something, and what it covered."""
    places = np.flatnonzero(trimap == UNKNOWN)
    while True:
        row, column = divmod(int(places[rng.integers(len(places))]), trimap.shape[1])
        start = (4 * column + 2, 4 * row + 2)
        end = (start[0] + int(rng.integers(-120, 121)), start[1] + int(rng.integers(-120, 121)))
        stroke = Stroke(list(Ink)[int(rng.integers(3))], int(rng.integers(12, 60)), (start, end))
        after = trimap.copy()
        box = stroke.apply(Marks(after, lambda: trimap))
        if (after[box.slices] != trimap[box.slices]).any():
            return after, trimap[box.slices].copy(), box


def _differences(matting: Matting, rgb: Rgb, strokes: int) -> dict[str, float]:
    """Mean absolute difference from a full prediction near the stroke, of three cheap answers."""
    trimap = AutomaticDrafter().draft(rgb).trimap
    alpha = predict(matting, rgb, trimap)
    rng = np.random.default_rng(0)
    found: dict[str, list[float]] = {"of the update": [], "of pasting the box": [], "of doing nothing": []}
    for _ in range(strokes):
        after, covered, box = _drawn(trimap, rng)
        patch = update_alpha(matting, rgb, trimap=after, covered=covered, changed=box, alpha=alpha)
        answers = [alpha.copy() for _ in found]
        answers[0][patch.box.slices] = patch.alpha
        box = patch.box.slices
        answers[1][box] = predict(live_form(matting), rgb[box], after[box])
        whole = predict(matting, rgb, after)
        away = cv2.distanceTransform((after == trimap).astype(np.uint8), cv2.DIST_L2, 5)
        for values, answer in zip(found.values(), answers, strict=True):
            values.append(float(np.abs(answer - whole)[away <= NEAR].mean()))
        trimap, alpha = after, whole
    return {name: statistics.mean(values) for name, values in found.items()}


if __name__ == "__main__":
    typer.run(main)
