"""The gate: a candidate goes live only if it beats the live model on approved mattes that neither was trained on."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from annotation_store.learning.training_sets import TrainingExample
from matting_core.arrays import UNKNOWN
from matting_core.matting import Matting
from matting_core.metrics import mse, sad
from matting_core.predictor import predict


@dataclass(frozen=True, slots=True)
class Standing:
    """A model on the validation images: mean SAD (thousands) and MSE in the unknown region."""

    sad: float
    mse: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate decided, and by which figures. reason: in words, for people."""

    promote: bool
    images: int
    live: Standing
    candidate: Standing
    reason: str

    def as_metrics(self) -> dict[str, Any]:
        """For the model registry."""
        return asdict(self)


def judge(
    *,
    live: Matting,
    candidate: Matting,
    live_name: str,
    examples: Iterable[TrainingExample],
    on_image: Callable[[int], None] | None = None,
) -> Verdict:
    """Compare both models on the validation `examples`; images without unknown pixels say nothing and are left out.

    The candidate must be better by SAD and not worse by MSE: a lower sum of small errors must not be bought with a
    few gross ones. examples: looked at one after the other, so that one is in memory at a time. on_image: told the
    number of images done.
    """
    rows = []
    for done, example in enumerate(examples, 1):
        if (example.trimap == UNKNOWN).any():
            rows.append([_errors(model, example) for model in (live, candidate)])
        if on_image is not None:
            on_image(done)
    if not rows:
        nothing = Standing(0.0, 0.0)
        return Verdict(False, 0, nothing, nothing, f"No validation image has unknown pixels: {live_name} stays live.")
    means = np.asarray(rows).mean(0)
    ours, theirs = Standing(*map(float, means[1])), Standing(*map(float, means[0]))
    promote = ours.sad < theirs.sad and ours.mse <= theirs.mse
    return Verdict(promote, len(rows), theirs, ours, _words(promote, len(rows), theirs, ours, live_name))


def _errors(model: Matting, example: TrainingExample) -> tuple[float, float]:
    alpha = predict(model, example.rgb, example.trimap)
    return sad(alpha, example.alpha, example.trimap), mse(alpha, example.alpha, example.trimap)


def _words(promote: bool, count: int, live: Standing, candidate: Standing, live_name: str) -> str:
    images = "1 held-out image" if count == 1 else f"{count} held-out images"
    figures = (
        f"on {images} the candidate has SAD {candidate.sad:.3f} and MSE {candidate.mse:.5f}, "
        f"{live_name} has SAD {live.sad:.3f} and MSE {live.mse:.5f}"
    )
    return f"Goes live: {figures}." if promote else f"{live_name} stays live: {figures}."
