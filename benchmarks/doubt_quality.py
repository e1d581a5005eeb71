"""How well does doubt foretell where a matte is wrong?

    python -m benchmarks.doubt_quality FOLDER [--trimaps trimap --trimaps trimap2] [--model compact] [--json]

FOLDER holds ``image/``, ``alpha/`` and the named folders of trimaps; without names, trimaps are made from the alphas.
The model's mattes are compared with the truth in the unknown region. For doubt and for other signs:

- rho: Spearman's rank correlation with the absolute error;
- auc: how often a pixel that is off by more than 0.1 gets more doubt than one that is not (0.5 would be chance);
- ause: area between the sparsification curve and the one of the errors themselves, in units of the mean error: how much
  error is left while the most doubtful pixels are taken away, beyond what must be (0 would be perfect).

"fitted elsewhere" has the two weights of doubt fitted by least squares on every second photo, for the others, and the
other way round: what remains when the weights have not seen the photo. ``bias`` is its mean doubt by the mean error,
least and most of all photos. "places" tells which part of the true error, summed over the unknown region, lies in the
20 places, beside places that are chosen by the true error. ``--json`` prints ``{"signs": {SIGN: {"rho": ..., "auc":
..., "ause": ..., "worst_ause": ...}}, "weights": [[...], [...]], "bias": [least, most], "places": {"count": ...,
"held": ..., "best": ...}, "seconds": ...}``.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import numpy.typing as npt
import typer
from scipy.optimize import nnls
from scipy.stats import rankdata

from benchmarks.true_mattes import TrueMatte, true_mattes
from matting_core.arrays import UNKNOWN, Alpha, Floats
from matting_core.doubt import CLOSE_CALL, DISAGREEMENT, doubt, signs_of_doubt
from matting_core.doubtful_places import Place, doubtful_places
from matting_core.matting import live_form
from matting_core.model_names import open_matting
from matting_core.predictor import predict
from matting_core.trimap import depth_inside

OFF = 0.1
PLACES = 20
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """One photo: errors, float32, N unknown pixels; signs by name, the same; held: parts of the error in places."""

    name: str
    errors: Floats
    signs: dict[str, Floats]
    parts: Floats
    places: int
    held: float
    best: float
    seconds: float


def main(
    folder: Annotated[Path, typer.Argument(help="Folder with image/, alpha/ and trimaps.")],
    trimaps: Annotated[list[str] | None, typer.Option(help="Names of the trimap folders.")] = None,
    model: Annotated[str, typer.Option(help="Name of the model whose mattes are doubted.")] = "compact",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Print how well each sign ranks the errors, and what the places hold."""
    matting = open_matting(model)
    photos = []
    for photo in true_mattes(folder, trimaps):
        alpha = predict(matting, photo.rgb, photo.trimap)
        quick = predict(live_form(matting), photo.rgb, photo.trimap)
        photos.append(_measured(photo, alpha, quick))
    weights, bias = _fit_elsewhere(photos)
    signs = {}
    for name in photos[0].signs:
        figures = np.array([_figures(photo.signs[name], photo.errors) for photo in photos])
        rho, auc, ause = np.nanmean(figures, axis=0)
        signs[name] = {"rho": rho, "auc": auc, "ause": ause, "worst_ause": figures[:, 2].max()}
    row = {
        "signs": {name: {key: round(float(value), 3) for key, value in each.items()} for name, each in signs.items()},
        "weights": weights,
        "bias": bias,
        "places": {
            "count": round(float(np.mean([photo.places for photo in photos])), 1),
            "held": round(float(np.mean([photo.held for photo in photos])), 3),
            "best": round(float(np.mean([photo.best for photo in photos])), 3),
        },
        "seconds": round(float(np.median([photo.seconds for photo in photos])), 2),
    }
    if as_json:
        print(json.dumps(row))
        return
    print(f"{len(photos)} mattes, {row['seconds']} s for doubt\n")
    print("| sign | rho | auc | ause | worst ause |\n|---|---|---|---|---|")
    for name, each in signs.items():
        print(f"| {name} | {' | '.join(f'{value:.3f}' for value in each.values())} |")
    print(f"\nweights fitted on halves {weights}, in use {[CLOSE_CALL, DISAGREEMENT]}")
    print(f"bias {bias}; places {row['places']}")


def _measured(photo: TrueMatte, alpha: Alpha, quick: Alpha) -> Measured:
    unknown = photo.trimap == UNKNOWN
    off = np.abs(alpha - photo.truth) * unknown
    started = time.perf_counter()
    doubted = doubt(photo.rgb, photo.trimap, alpha)
    seconds = time.perf_counter() - started
    size = (alpha.shape[1], alpha.shape[0])
    both = signs_of_doubt(photo.rgb, photo.trimap, alpha)
    close_call, disagreement = (cv2.resize(sign, size)[unknown] for sign in (both.close_call, both.disagreement))
    signs = {
        "4 alpha (1 - alpha)": (4 * alpha * (1 - alpha))[unknown],
        "depth in the band": depth_inside(unknown)[unknown],
        "slope of alpha": np.hypot(*(cv2.Sobel(alpha, cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1))))[unknown],
        "quick form": np.abs(alpha - quick)[unknown],
        "close call": close_call,
        "disagreement": disagreement,
        "doubt": doubted[unknown],
    }
    places, best = doubtful_places(doubted, count=PLACES), doubtful_places(off, count=PLACES)
    return Measured(
        name=photo.name,
        errors=off[unknown],
        signs=signs,
        parts=np.stack([close_call, disagreement], 1),
        places=len(places),
        held=_held(places, off),
        best=_held(best, off),
        seconds=seconds,
    )


def _held(places: tuple[Place, ...], off: Floats) -> float:
    return float(sum(off[place.box.slices].sum() for place in places) / off.sum())


def _fit_elsewhere(photos: list[Measured]) -> tuple[list[list[float]], list[float]]:
    """Fit on either half and add the other half's doubt to its signs; the weights, and the least and most bias."""
    names = sorted({photo.name for photo in photos})
    weights, bias = [], []
    for half in (0, 1):
        learnt = [photo for photo in photos if photo.name in names[half::2]]
        # photos count alike, however large their unknown region
        scales = [1 / np.sqrt(len(photo.errors)) for photo in learnt]
        parts = np.concatenate([photo.parts * scale for photo, scale in zip(learnt, scales, strict=True)])
        errors = np.concatenate([photo.errors * scale for photo, scale in zip(learnt, scales, strict=True)])
        found = nnls(parts, errors)[0]
        weights.append([round(float(value), 3) for value in found])
        for photo in photos:
            if photo.name not in names[half::2]:
                photo.signs["fitted elsewhere"] = photo.parts @ found
                bias.append(float(photo.signs["fitted elsewhere"].mean() / photo.errors.mean()))
    return weights, [round(min(bias), 2), round(max(bias), 2)]


def _figures(sign: Floats, errors: Floats) -> tuple[float, float, float]:
    """rho, auc and ause of one sign in one photo; auc is NaN where all or no pixels are off."""
    ranks, bad = rankdata(sign), errors > OFF
    count, many = len(errors), np.count_nonzero(bad)
    rho = float(np.corrcoef(ranks, rankdata(errors))[0, 1])
    auc = (ranks[bad].sum() - many * (many + 1) / 2) / (many * (count - many)) if 0 < many < count else np.nan
    return rho, float(auc), _left_over(errors, by=sign) - _left_over(errors, by=errors)


def _left_over(errors: Floats, *, by: Floats) -> float:
    """Mean over all shares taken away of the mean error that is left, in units of the mean error of all."""
    ordered = errors[np.argsort(by, kind="stable")].astype(np.float64)
    means: Doubles = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float(means.mean() / means[-1])


if __name__ == "__main__":
    typer.run(main)
