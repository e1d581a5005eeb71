"""How much faster is the local update after a stroke than predicting the photo again, and how close does it come?

    python -m benchmarks.stroke_update [--photo FILE] [--strokes 12] [--json]

Draws random strokes on a drafted trimap. For each, side by side in one run: the local update, and a full prediction
with the new trimap. Reported are medians, their ratio, and how far two cheap answers are from the full one within 48
pixels of the stroke (mean absolute difference): the local update, and pasting the crop's own prediction.
"""

import json
import statistics
import time
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.drafter import Hints
from matting_core.image_io import decode_photo
from matting_core.networks.registry import load_matting, shipped_weights
from matting_core.predictor import predict, update
from matting_core.strokes import Label, Stroke, paint

NEAR = 48


def main(
    photo: Annotated[Path | None, typer.Option(help="A photo; default is a sample of scikit-image.")] = None,
    strokes: Annotated[int, typer.Option(help="How many strokes to draw.")] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line.")] = False,
) -> None:
    """Print the figures."""
    data = photo.read_bytes() if photo else (files("skimage.data") / "astronaut.png").read_bytes()
    rgb = decode_photo(data).rgb
    trimap = AutomaticDrafter().draft(rgb, Hints()).trimap
    matting = load_matting("compact", shipped_weights("compact"))
    alpha = predict(matting, rgb, trimap)
    rng = np.random.default_rng(0)
    local, full, apart, apart_pasted = [], [], [], []
    for _ in range(strokes):
        after = trimap.copy()
        touched = paint(after, _stroke(rng, trimap))
        started = time.perf_counter()
        patch = update(matting, rgb, old_trimap=trimap, new_trimap=after, alpha=alpha, changed=touched)
        local.append(time.perf_counter() - started)
        started = time.perf_counter()
        whole = predict(matting, rgb, after)
        full.append(time.perf_counter() - started)
        updated = alpha.copy()
        updated[patch.box.slices] = patch.alpha
        away = cv2.distanceTransform((after == trimap).astype(np.uint8), cv2.DIST_L2, 5)
        apart.append(float(np.abs(updated - whole)[away <= NEAR].mean()))
        pasted = alpha.copy()
        pasted[patch.box.slices] = predict(matting, rgb[patch.box.slices], after[patch.box.slices])
        apart_pasted.append(float(np.abs(pasted - whole)[away <= NEAR].mean()))
        trimap, alpha = after, updated
    figures = {
        "megapixels": round(trimap.size / 1e6, 2),
        "local_ms": round(1000 * statistics.median(local), 1),
        "full_ms": round(1000 * statistics.median(full), 1),
        "ratio": round(statistics.median(full) / statistics.median(local), 2),
        "difference_update": round(statistics.mean(apart), 4),
        "difference_paste": round(statistics.mean(apart_pasted), 4),
    }
    print(json.dumps(figures) if as_json else "\n".join(f"{name:18} {value}" for name, value in figures.items()))


def _stroke(rng: np.random.Generator, trimap: np.ndarray) -> Stroke:
    """A short stroke that starts on an unknown pixel."""
    rows, columns = np.nonzero(trimap == 128)
    start = int(rng.integers(len(rows)))
    x, y = 4 * int(columns[start]) + 2, 4 * int(rows[start]) + 2
    end = (x + int(rng.integers(-120, 121)), y + int(rng.integers(-120, 121)))
    return Stroke(list(Label)[int(rng.integers(3))], int(rng.integers(12, 60)), ((x, y), end))


if __name__ == "__main__":
    typer.run(main)
