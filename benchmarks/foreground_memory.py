"""How much memory and time does the foreground of a large photo take?

    python -m benchmarks.foreground_memory [--megapixels 31] [--json]

On a made-up photo with hair, enlarged to the size asked for. Memory is the process's peak above what it held before,
photo and alpha included there, and so at most what the method takes; it is compiled beforehand. Needs Linux.
"""

import json
import resource
import time
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from benchmarks.made_up_mattes import hairy_matte
from matting_core.arrays import Alpha, Rgb
from matting_core.foreground import composite, estimate_foreground


def main(
    megapixels: Annotated[float, typer.Option(help="Size of the photo.")] = 31,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line.")] = False,
) -> None:
    """Print the figures."""
    estimate_foreground(*_photo(0.3))
    rgb, alpha = _photo(megapixels)
    before, started = _present_megabytes(), time.perf_counter()
    estimate_foreground(rgb, alpha)
    figures = {
        "megapixels": round(alpha.size / 1e6, 1),
        "soft_share": round(float(np.mean((alpha > 0) & (alpha < 1))), 3),
        "seconds": round(time.perf_counter() - started, 1),
        "extra_mb": round(_peak_megabytes() - before),
    }
    print(json.dumps(figures) if as_json else "\n".join(f"{name:12} {value}" for name, value in figures.items()))


def _photo(megapixels: float) -> tuple[Rgb, Alpha]:
    small = hairy_matte()[1]
    scale = (megapixels * 1e6 / small.size) ** 0.5
    size = round(small.shape[1] * scale), round(small.shape[0] * scale)
    alpha = np.clip(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), 0, 1)
    rgb = np.empty((*alpha.shape, 3), np.uint8)
    rgb[:] = (200, 120, 60)
    return composite(rgb, alpha, (30, 90, 160)), alpha


def _present_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    typer.run(main)
