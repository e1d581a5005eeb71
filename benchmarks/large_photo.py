"""A large photo all the way, photo -> trimap -> alpha -> cut-out: seconds, and memory at its highest.

    python -m benchmarks.large_photo [--photo FILE] [--megapixels 31] [--json]

Without a photo, scikit-image's astronaut enlarged. Memory is what the operating system counted as resident for this
process, interpreter and libraries included. With ``--json`` the last line is
``{"megapixels": ..., "unknown": ..., "seconds": {...}, "peak_mb": ...}``.
"""

import json
import resource
import time
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.sample_photos import benchmark_photo
from matting_core import (
    AutomaticDrafter,
    decode_photo,
    encode_display,
    encode_rgba,
    estimate_foreground,
    open_matting,
    predict,
)
from matting_core.trimap import unknown_share


def main(
    photo: Annotated[Path | None, typer.Option(help="A photo; default is a sample of scikit-image, enlarged.")] = None,
    megapixels: Annotated[float, typer.Option(help="Size to enlarge the sample to.")] = 31,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print the figures."""
    data = photo.read_bytes() if photo else encode_display(benchmark_photo(None, megapixels=megapixels))
    matting = open_matting(fastest=True)
    seconds: dict[str, float] = {}
    started = time.perf_counter()

    def lap(step: str) -> None:
        nonlocal started
        seconds[step], started = round(time.perf_counter() - started, 1), time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{step:10} {seconds[step]:6.1f} s, at most {peak:6.0f} MB so far")

    rgb = decode_photo(data).rgb
    lap("decode")
    trimap = AutomaticDrafter().draft(rgb).trimap
    lap("trimap")
    alpha = predict(matting, rgb, trimap)
    lap("alpha")
    foreground = estimate_foreground(rgb, alpha)
    lap("colours")
    encode_rgba(foreground, alpha)
    lap("cut-out")
    if as_json:
        print(
            json.dumps(
                {
                    "megapixels": round(trimap.size / 1e6, 1),
                    "unknown": round(unknown_share(trimap), 3),
                    "seconds": seconds,
                    "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                }
            )
        )


if __name__ == "__main__":
    typer.run(main)
