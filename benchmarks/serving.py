"""Strokes of several operators at once on this machine: how many are answered, and how long each waits.

    python -m benchmarks.serving [--operators 8] [--strokes 8] [--rounds 3] [--json]

Each operator is a thread that draws the same random strokes on a photo of its own and asks for the alpha around each as
soon as the one before is answered, so the device is never idle. Four ways of serving them, side by side:

    lock      one prediction after the other, by whoever comes first: how it was before there were turns
    turns     the same model behind `Turns`: what a studio does on a CPU
    priors    the priors side by side, the network's passes one by one
    batches   the priors side by side, passes of one shape together: what a studio does on a GPU

The ways take turns, round by round, so that other work on the machine meets all of them alike. ``--device cuda`` needs
a GPU. Engines other than PyTorch (``--fastest`` on a CPU) take one input at a time even in a batch. With ``--json`` the
last line is ``{"lock": {"strokes_per_s": ..., "p95_ms": ...}, ...}``.
"""

import json
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
import torch
import typer

from benchmarks.local_update import _drawn
from benchmarks.sample_photos import benchmark_photo
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.local_update import update_alpha
from matting_core.networks.compact.compact_backends import Backend, TorchBackend, fastest_backend
from matting_core.networks.compact.compact_matting import CompactMatting
from matting_core.networks.registry import load_network, shipped_weights
from matting_core.predictor import run_once
from studio.device.turns import ON_A_CPU, ON_A_GPU, Turns, Urgency


@dataclass(frozen=True, slots=True)
class Way:
    """How strokes are served. turn: asked by each operator, by name, before each stroke."""

    name: str
    matting: CompactMatting
    turn: Callable[[str], AbstractContextManager[None]]
    times: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def main(
    operators: Annotated[int, typer.Option(help="How many draw at once.")] = 8,
    strokes: Annotated[int, typer.Option(help="How many strokes each draws in each round.")] = 8,
    rounds: Annotated[int, typer.Option(help="How often each way is tried.")] = 3,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    fastest: Annotated[bool, typer.Option(help="The fastest engine instead of PyTorch in float32.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print the figures."""
    rgb = benchmark_photo(None, megapixels=1)
    trimap = AutomaticDrafter().draft(rgb).trimap
    ways = _ways(device, operators, fastest=fastest)
    alpha = ways[0].matting.predict(rgb, trimap)
    for _ in range(rounds):
        for way in ways:
            way.seconds.append(_round(way, operators, strokes, (rgb, trimap, alpha)))
    figures = {}
    for way in ways:
        a_second = operators * strokes / statistics.median(way.seconds)
        p95 = 1000 * statistics.quantiles(way.times, n=20)[-1]
        figures[way.name] = {"strokes_per_s": round(a_second, 2), "p95_ms": round(p95, 1)}
        sizes = (
            "" if way.matting.batches is None else f"   batches of {dict(sorted(way.matting.batches.sizes.items()))}"
        )
        print(f"{way.name:8} {a_second:6.2f} strokes a second, 95 % within {p95:7.1f} ms{sizes}")
    if as_json:
        print(json.dumps(figures))


def _ways(device: str, operators: int, *, fastest: bool) -> list[Way]:
    network = load_network("compact", shipped_weights("compact"))
    backend: Backend = TorchBackend(network, device=device, dtype=torch.float32)  # type: ignore[arg-type]
    if fastest:
        backend = fastest_backend(network, device=device)  # type: ignore[arg-type]
    print(f"{operators} operators on {device}, {backend.name}")

    def model(batch_pixels: int | None) -> CompactMatting:
        made = CompactMatting(
            network,  # type: ignore[arg-type]
            device=device,
            backend=backend,
            batch_pixels=None if batch_pixels is None else lambda: batch_pixels,
        )
        if batch_pixels is None:
            made.batches = None  # also on a GPU: how it was before
        run_once(made)
        return made

    def turns(at_once: int) -> Callable[[str], AbstractContextManager[None]]:
        queue = Turns(at_once=lambda: at_once, waiting=operators)
        return lambda person: queue.turn(person, Urgency.STROKE)

    return [
        Way("lock", model(None), lambda _person: nullcontext()),
        Way("turns", model(None), turns(ON_A_CPU)),
        Way("priors", model(1), turns(ON_A_GPU)),
        Way("batches", model(8_000_000), turns(ON_A_GPU)),
    ]


def _round(way: Way, operators: int, strokes: int, scene: tuple[Rgb, Trimap, Alpha]) -> float:
    """Seconds until all operators have drawn all their strokes."""
    ready = threading.Barrier(operators + 1)

    def draw(number: int) -> None:
        rng = np.random.default_rng(number)
        rgb, before, alpha = scene
        drawn = [_drawn(before, rng) for _ in range(strokes)]
        ready.wait()
        for after, covered, box in drawn:
            started = time.perf_counter()
            with way.turn(f"operator {number}"):
                update_alpha(way.matting, rgb, trimap=after, covered=covered, changed=box, alpha=alpha)
            way.times.append(time.perf_counter() - started)

    with ThreadPoolExecutor(operators) as pool:
        drawing = [pool.submit(draw, number) for number in range(operators)]
        ready.wait()
        started = time.perf_counter()
        for each in drawing:
            each.result()
    return time.perf_counter() - started


if __name__ == "__main__":
    typer.run(main)
