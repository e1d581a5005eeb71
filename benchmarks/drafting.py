"""How well are subjects found, and how much do a box and corrective clicks help?

    python -m benchmarks.drafting FOLDER [--drafter grabcut] [--json]

FOLDER holds ``image/``, ``alpha/`` and ``trimap/``. The subject is where the true alpha exceeds one half; a draft's
subject is its foreground and the half of its band that lies nearer to the foreground. The box is the true one with 1 %
of the longer side around it. Each click lies in the innermost pixel of the largest connected error of the draft before
it. Reported are the mean and the least intersection over union, how often a wrong known pixel gets less confidence than
a right one (0.5 would be chance), and seconds for a draft.
"""

import json
import statistics
import time
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Mask, Rgb, Trimap
from matting_core.box import Box
from matting_core.drafting.drafter import Click, Draft, Drafter, Hints
from matting_core.drafting.drafters import build_drafter
from matting_core.trimap import Label, band_for, depth_inside
from training.evaluate import find_truth

CLICKS = 4
REPORTED = (1, 2, 4)


def main(
    folder: Annotated[Path, typer.Argument(help="Folder with image/, alpha/ and trimap/.")],
    drafter: Annotated[str, typer.Option(help="Name of a drafter.")] = "grabcut",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Print the figures."""
    chosen = build_drafter(drafter)
    scores: dict[str, list[tuple[float, float, float]]] = {}
    for files in find_truth(folder):
        rgb, _, alpha = files.read()
        for situation, score in _scores(chosen, rgb, alpha).items():
            scores.setdefault(situation, []).append(score)
    rows = {
        situation: {
            "iou": round(statistics.mean(iou for iou, _, _ in each), 3),
            "least_iou": round(min(iou for iou, _, _ in each), 3),
            "errors_less_confident": round(float(np.nanmean([ranked for _, ranked, _ in each])), 3),
            "seconds": round(statistics.median(seconds for _, _, seconds in each), 2),
        }
        for situation, each in scores.items()
    }
    if as_json:
        print(json.dumps(rows))
        return
    print(f"| {drafter} | IoU | least IoU | errors less confident | s |\n|---|---|---|---|---|")
    for situation, row in rows.items():
        print(f"| {situation} | {' | '.join(map(str, row.values()))} |")


def _scores(drafter: Drafter, rgb: Rgb, alpha: Alpha) -> dict[str, tuple[float, float, float]]:
    """IoU, rank of errors and seconds in each situation: alone, with clicks, with a box, with a box and clicks."""
    truth = alpha > 0.5
    scores = {}
    for start, box in (("alone", None), ("box", box_around(truth))):
        clicks: tuple[Click, ...] = ()
        for count in range(CLICKS + 1):
            started = time.perf_counter()
            draft = drafter.draft(rgb, Hints(box=box, clicks=clicks))
            seconds = time.perf_counter() - started
            if count == 0 or count in REPORTED:
                situation = start if count == 0 else f"{start} + {count} click{'s' if count > 1 else ''}"
                scores[situation] = (overlap(implied_mask(draft.trimap), truth), _ranked(draft, truth), seconds)
            click = next_click(implied_mask(draft.trimap), truth)
            clicks += () if click is None else (click,)
    return scores


def implied_mask(trimap: Trimap) -> Mask:
    """The subject that a trimap implies: bool, HxW; an unknown pixel follows the nearer known class."""
    to_foreground, to_background = depth_inside(trimap != FOREGROUND), depth_inside(trimap != BACKGROUND)
    mask: Mask = to_foreground < to_background
    return mask


def overlap(mask: Mask, truth: Mask) -> float:
    """Intersection over union of two masks (bool, HxW)."""
    return float(np.count_nonzero(mask & truth) / max(1, np.count_nonzero(mask | truth)))


def box_around(truth: Mask) -> Box:
    """The box that a careful person would draw; empty where there is no subject."""
    box = Box.around(truth)
    if box.is_empty:
        return box  # grown, it would claim a corner of the photo
    height, width = truth.shape
    return box.grown(band_for(width, height)).clipped(width=width, height=height)


def next_click(mask: Mask, truth: Mask) -> Click | None:
    """A click in the middle of the largest connected error; None if there is no error."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask != truth).astype(np.uint8), connectivity=4)
    if count == 1:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    depth = depth_inside(np.pad(labels == largest, 1))[1:-1, 1:-1]  # the frame bounds an error, too
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return Click(int(x), int(y), Label.FOREGROUND if truth[y, x] else Label.BACKGROUND)


def _ranked(draft: Draft, truth: Mask) -> float:
    """Probability that a wrong known pixel has less confidence than a right one (area under the ROC curve)."""
    known = draft.trimap != UNKNOWN
    wrong = ((draft.trimap == FOREGROUND) != truth)[known]
    levels = np.rint(draft.confidence[known] * 255).astype(np.intp)
    bad, good = (np.bincount(levels[which], minlength=256).astype(float) for which in (wrong, ~wrong))
    if not bad.sum() or not good.sum():
        return float("nan")
    above = good.sum() - np.cumsum(good)
    return float((bad * (above + good / 2)).sum() / (bad.sum() * good.sum()))


if __name__ == "__main__":
    typer.run(main)
