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
import typer

from benchmarks import plain_metrics
from benchmarks.made_up_mattes import hairy_matte
from matting_core.arrays import Alpha, Trimap
from matting_core.metrics import connectivity_error, gradient_error

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


def _seconds(metric: Metric, alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    metric(alpha, truth, trimap)  # so that neither way meets the other's leavings in the processor's caches
    started = time.perf_counter()
    metric(alpha, truth, trimap)
    return time.perf_counter() - started


if __name__ == "__main__":
    typer.run(main)
