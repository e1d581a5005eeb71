"""What does an alpha cost? CPU-seconds per megapixel of five models.

    python -m benchmarks.predict_speed [--photo FILE --trimap FILE] [--rounds 3] [--json]

They are the default model and its live form, closed form and its variant at half resolution, and ViTMatte-S. All five
predict the same photo and trimap in the same run, by turns, on one thread each; the least of the rounds counts.
ViTMatte-S has random weights: its speed does not depend on them (needs the package transformers). Without a photo it is
scikit-image's astronaut, enlarged to one megapixel, with a drafted trimap. With ``--json`` the last line has three of
them: ``{"default": ..., "closed_form": ..., "vitmatte_s": ...}``.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import cv2
import numba
import torch
import typer

from benchmarks.sample_photos import benchmark_photo
from matting_core.arrays import Rgb, Trimap
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.image_io import decode_trimap
from matting_core.matting import Matting, live_form
from matting_core.model_names import open_matting
from matting_core.networks.vitmatte import VitMatte
from matting_core.trimap import unknown_share
from studio.commands.terminal import chatter_aside

WARM_UP = 256
"""Side of the crop that each model predicts first: compiling and loading are not counted."""


def main(
    photo: Annotated[Path | None, typer.Option(help="A photo; default is a sample of scikit-image.")] = None,
    trimap: Annotated[Path | None, typer.Option(help="Its trimap; drafted by default.")] = None,
    rounds: Annotated[int, typer.Option(help="Of each model; the least counts.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print the figures."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    numba.set_num_threads(1)
    rgb = benchmark_photo(photo, megapixels=None if photo else 1.0)
    labels = decode_trimap(trimap.read_bytes()) if trimap else AutomaticDrafter().draft(rgb).trimap
    default = open_matting(fastest=True)
    models: dict[str, Matting] = {
        "default": default,
        "default_live": live_form(default),
        "closed_form": open_matting("closed-form"),
        "half_closed_form": open_matting("half-closed-form"),
        "vitmatte_s": VitMatte.random("small", seed=0),
    }
    with chatter_aside():
        seconds = _cpu_seconds(models, rgb, labels, rounds=rounds)
    megapixels = labels.size / 1e6
    figures = {name: round(spent / megapixels, 3) for name, spent in seconds.items()}
    print(f"{megapixels:.2f} megapixels, {unknown_share(labels):.1%} of them unknown, one thread")
    for name, figure in figures.items():
        print(f"{name:18} {figure:8.3f} CPU-s/MP   default is {figure / figures['default']:5.1f} times cheaper")
    if as_json:
        print(json.dumps({name: figures[name] for name in ("default", "closed_form", "vitmatte_s")}))


def _cpu_seconds(models: dict[str, Matting], rgb: Rgb, trimap: Trimap, *, rounds: int) -> dict[str, float]:
    for matting in models.values():
        matting.predict(rgb[:WARM_UP, :WARM_UP], trimap[:WARM_UP, :WARM_UP])
    least = dict.fromkeys(models, float("inf"))
    for _ in range(rounds):
        for name, matting in models.items():
            least[name] = min(least[name], _spent(lambda matting=matting: matting.predict(rgb, trimap)))  # type: ignore[misc]
    return least


def _spent(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


if __name__ == "__main__":
    typer.run(main)
