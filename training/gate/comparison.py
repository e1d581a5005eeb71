"""Two matting models on one held-out image: their errors, of the whole and by its cells.

An approved alpha that a model made would flatter the model that made it, where nobody painted on it. Of such an image
both models get the trimap with a wider band, and are measured where that hides what is known and where somebody
painted.
"""

from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from matting_core.arrays import BACKGROUND, UNKNOWN, Alpha, Mask, Rgb, Trimap
from matting_core.matting import Matting
from matting_core.metrics.cells import CellErrors, cell_errors
from matting_core.metrics.gradient import REACH
from matting_core.predictor import predict
from matting_core.trimap import band_for
from training.gate.bootstrap import PairedSums


@dataclass(frozen=True, slots=True, eq=False)
class JudgedExample:
    """An approved image from which nothing has learnt that is compared on it, with its pixels.

    tag: of the kind of subject, empty if it has none. golden: chosen by a lead to judge by. rgb: uint8 or uint16,
    HxWx3. trimap: uint8, HxW. alpha: float32, HxW, [0, 1]. believed: bool, HxW, where
    alpha is what somebody said it is; None is everywhere.
    """

    image_id: int
    project_id: int
    tag: str
    golden: bool
    rgb: Rgb
    trimap: Trimap
    alpha: Alpha
    believed: Mask | None = None


@dataclass(frozen=True, slots=True)
class Errors:
    """In the unknown region, as `matting_core.metrics` defines them: sad and grad in thousands."""

    sad: float
    grad: float
    mse: float


@dataclass(frozen=True, slots=True, eq=False)
class ImageComparison:
    """What both models made of one image.

    parts: for the bootstrap, its cells of 64 pixels; none if no pixel counts, and then the image says nothing.
    """

    image_id: int
    project_id: int
    tag: str
    golden: bool
    live: Errors
    candidate: Errors
    parts: PairedSums

    @property
    def figures(self) -> dict[str, Any]:
        """The errors of both, for a JSON column."""
        return {"live": asdict(self.live), "candidate": asdict(self.candidate)}

    @property
    def worsening(self) -> float:
        """By how much SAD grew, in thousands; below 0 where the candidate is better."""
        return self.candidate.sad - self.live.sad


def compare_image(live: Matting, candidate: Matting, example: JudgedExample) -> tuple[ImageComparison, Alpha, Alpha]:
    """The comparison, and the alphas of the live model and of the candidate."""
    trimap, truth, counted = _task(example)
    alphas = [predict(model, example.rgb, trimap) for model in (live, candidate)]
    theirs, ours = (cell_errors(alpha, truth, counted) for alpha in alphas)
    comparison = ImageComparison(
        example.image_id,
        example.project_id,
        example.tag,
        example.golden,
        live=_whole(theirs),
        candidate=_whole(ours),
        parts=PairedSums(_parts(theirs), _parts(ours), np.array([1.0, 1.0, max(theirs.pixels.sum(), 1)])),
    )
    return comparison, alphas[0], alphas[1]


def _task(example: JudgedExample) -> tuple[Trimap, Alpha, Trimap]:
    """The trimap that the models are given, the true alpha, and a trimap that is unknown where errors count."""
    if example.believed is None:
        return example.trimap, example.alpha, example.trimap
    height, width = example.trimap.shape
    band = band_for(width, height)
    unknown = (example.trimap == UNKNOWN).astype(np.uint8)
    # nearer than Grad reaches, it would measure an edge that nobody has drawn
    near = cv2.dilate(unknown, np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8))
    hidden = cv2.dilate(near, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * band + 1, 2 * band + 1)))
    given, counted = example.trimap.copy(), np.full_like(example.trimap, BACKGROUND)
    given[hidden > 0] = UNKNOWN
    counted[(hidden > near) | (example.believed & (example.trimap == UNKNOWN))] = UNKNOWN
    return given, example.alpha, counted


def _whole(cells: CellErrors) -> Errors:
    return Errors(sad=cells.sad, grad=cells.grad, mse=cells.mse)


def _parts(cells: CellErrors) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """SAD and Grad in thousands and the sum of squared differences: cells x 3."""
    return np.column_stack([cells.levels / 255 / 1000, cells.gradients / 1000, cells.squares / 255**2])
