"""How much faster are Grad and Conn than their definitions written down plainly?

    python -m benchmarks.metric_speed [--rounds 9] [--json]

On a made-up matte of two megapixels with hair, both ways take turns on one thread, arguments checked and rounded
included. A ratio is that of the best times; Grad must agree to 1e-9 and Conn to 1e-6.
"""

import json
import time
from collections.abc import Callable
from typing import Annotated

import cv2
import numpy as np
import typer

from benchmarks import plain_metrics
from matting_core.arrays import Alpha, Trimap
from matting_core.metrics import connectivity_error, gradient_error
from matting_core.trimap import force_known, from_alpha

WIDTH, HEIGHT = 1732, 1155
HAIRS = 900
BAND = 12  # pixels of certainty that the trimap gives away around every hair

Metric = Callable[[Alpha, Alpha, Trimap], float]


def main(
    rounds: Annotated[int, typer.Option(help="How often each way is timed.")] = 9,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line.")] = False,
) -> None:
    """Print the ratios."""
    cv2.setNumThreads(1)
    alpha, truth, trimap = hairy_matte()
    pairs: dict[str, tuple[Metric, Metric, float]] = {
        "grad": (gradient_error, plain_metrics.gradient_error, 1e-9),
        "conn": (connectivity_error, plain_metrics.connectivity_error, 1e-6),
    }
    figures = {}
    for name, (fast, plain, tolerance) in pairs.items():
        apart = abs(fast(alpha, truth, trimap) - plain(alpha, truth, trimap))
        if apart > tolerance:
            raise SystemExit(f"{name}: the two ways differ by {apart}")
        times = [(_seconds(plain, alpha, truth, trimap), _seconds(fast, alpha, truth, trimap)) for _ in range(rounds)]
        slow, quick = (min(column) for column in zip(*times, strict=True))
        figures[name] = round(slow / quick, 1)
        if not as_json:
            print(f"{name}: {slow * 1000:.1f} ms plainly, {quick * 1000:.1f} ms here, {figures[name]} times faster")
    if as_json:
        print(json.dumps(figures))


def hairy_matte(seed: int = 0) -> tuple[Alpha, Alpha, Trimap]:
    """A head with hair that blows about it: a prediction that blurs the hair, the truth, and a trimap."""
    rng = np.random.default_rng(seed)
    levels = np.zeros((HEIGHT, WIDTH), np.uint8)
    centre, axes = np.array([WIDTH / 2, HEIGHT * 0.6]), np.array([360, 330])
    cv2.ellipse(levels, centre.astype(int).tolist(), axes.tolist(), 0, 0, 360, 255, cv2.FILLED, cv2.LINE_AA)
    for _ in range(HAIRS):
        angle = rng.uniform(np.pi, 2 * np.pi)
        root = centre + (axes - 10) * (np.cos(angle), np.sin(angle))
        turns = angle + rng.normal(0, 0.3) + np.cumsum(rng.normal(0, 0.25, 12))
        steps = rng.uniform(8, 22, (12, 1)) * np.stack([np.cos(turns), np.sin(turns)], 1)
        hair = np.rint(16 * (root + np.cumsum(steps, axis=0))).astype(np.int32)
        cv2.polylines(levels, [hair], False, int(rng.integers(60, 256)), 1, cv2.LINE_AA, 4)
    truth = (levels / 255).astype(np.float32)
    trimap = from_alpha(truth, band=BAND)
    noise = rng.normal(0, 0.03, truth.shape).astype(np.float32)
    alpha = np.clip(cv2.GaussianBlur(truth, (0, 0), 0.8) + noise, 0, 1)
    return force_known(alpha, trimap), truth, trimap


def _seconds(metric: Metric, alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    metric(alpha, truth, trimap)  # so that neither way meets the other's leavings in the processor's caches
    started = time.perf_counter()
    metric(alpha, truth, trimap)
    return time.perf_counter() - started


if __name__ == "__main__":
    typer.run(main)
