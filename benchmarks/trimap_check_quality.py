"""How often does the check of a trimap cry wolf, and how many slips does it find?

    python -m benchmarks.trimap_check_quality FOLDER [--trimaps trimap --trimaps trimap2] [--slips 4] [--json]

FOLDER holds ``image/``, ``alpha/`` and the named folders of trimaps; without names, trimaps are made from the alphas.
False alarms are marks on the trimaps as they are, by kind and photo, some of which may be right. Then each photo gets
slips of each kind, one at a time (`made_up_slips.py`), a matte of the spoilt trimap by the model, and the check again:
a slip is found if a new mark of its kind touches it, and noticed if a new mark of any kind does. Seconds are the median
of the check alone. ``--json`` prints ``{"photos": ..., "false_alarms": {KIND: ...}, "found": {KIND: ...}, "noticed":
{KIND: ...}, "slips": {KIND: ...}, "seconds": ...}``.
"""

import json
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from benchmarks.made_up_slips import cut_band, stray_speck, wrong_stroke
from benchmarks.true_mattes import true_mattes
from matting_core.arrays import Mask
from matting_core.model_names import open_matting
from matting_core.predictor import predict
from matting_core.trimap_check import Slip, SlipKind, check_trimap_for_slips

NEAR = 0.0075
"""A mark touches a slip if it comes so close, as a part of the longer side."""
SLIPS = {SlipKind.CONTRADICTION: wrong_stroke, SlipKind.SPECK: stray_speck, SlipKind.THIN_BAND: cut_band}


def main(
    folder: Annotated[Path, typer.Argument(help="Folder with image/, alpha/ and trimaps.")],
    trimaps: Annotated[list[str] | None, typer.Option(help="Names of the trimap folders.")] = None,
    model: Annotated[str, typer.Option(help="Name of the model that makes the mattes.")] = "compact",
    slips: Annotated[int, typer.Option(help="Slips of each kind for each photo and trimap.")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Print false alarms and found slips."""
    matting = open_matting(model)
    photos, seconds = 0, []
    alarms, made, found, noticed = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for photo in true_mattes(folder, trimaps):
        alpha = predict(matting, photo.rgb, photo.trimap)
        started = time.perf_counter()
        before = check_trimap_for_slips(photo.rgb, photo.trimap, alpha)
        seconds.append(time.perf_counter() - started)
        photos += 1
        alarms.update(slip.kind.value for slip in before)
        for kind, spoil in SLIPS.items():
            rng = np.random.default_rng(photos)
            for _ in range(slips):
                spoilt = spoil(rng, photo.trimap, photo.truth)
                if spoilt is None:
                    continue
                trimap, where = spoilt
                after = check_trimap_for_slips(photo.rgb, trimap, predict(matting, photo.rgb, trimap))
                touching = [slip for slip in after if _touches(slip, where) and slip not in before]
                made[kind.value] += 1
                found[kind.value] += any(slip.kind == kind for slip in touching)
                noticed[kind.value] += bool(touching)
    kinds = [kind.value for kind in SlipKind]
    row = {
        "photos": photos,
        "false_alarms": {kind: round(alarms[kind] / photos, 3) for kind in kinds},
        "found": {kind: round(found[kind] / max(1, made[kind]), 3) for kind in kinds},
        "noticed": {kind: round(noticed[kind] / max(1, made[kind]), 3) for kind in kinds},
        "slips": {kind: made[kind] for kind in kinds},
        "seconds": round(statistics.median(seconds), 2),
    }
    if as_json:
        print(json.dumps(row))
        return
    print(f"{photos} photos and trimaps, {row['seconds']} s for a check\n")
    print("| kind | false alarms a photo | found | noticed | slips made |\n|---|---|---|---|---|")
    for kind in kinds:
        figures = (alarms[kind] / photos, found[kind] / max(1, made[kind]), noticed[kind] / max(1, made[kind]))
        print(f"| {kind} | {' | '.join(f'{figure:.2f}' for figure in figures)} | {made[kind]} |")


def _touches(slip: Slip, where: Mask) -> bool:
    height, width = where.shape
    return bool(where[slip.box.grown(round(NEAR * max(where.shape))).clipped(width=width, height=height).slices].any())


if __name__ == "__main__":
    typer.run(main)
