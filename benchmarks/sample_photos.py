"""Photos for the benchmarks: a file of your own, or one out of scikit-image's wheel, at any size."""

from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np

from matting_core.arrays import Rgb
from matting_core.image_io import decode_photo

GRAIN = 3.0
"""Standard deviation of the noise, in 8-bit levels, that an enlarged photo gets: enlarging takes the grain away, and
with it what makes a solver work."""


def benchmark_photo(path: Path | None, *, megapixels: float | None = None) -> Rgb:
    """The photo in `path`, or scikit-image's astronaut: uint8 or uint16, HxWx3, sRGB; resized if a size is given."""
    data = path.read_bytes() if path else (files("skimage.data") / "astronaut.png").read_bytes()
    rgb = decode_photo(data).rgb
    if megapixels is None:
        return rgb
    scale = float(np.sqrt(megapixels * 1e6 / (rgb.shape[0] * rgb.shape[1])))
    size = round(rgb.shape[1] * scale), round(rgb.shape[0] * scale)
    if scale <= 1:
        smaller: Rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        return smaller
    larger: Rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC)
    if rgb.dtype == np.uint8:
        noise = np.empty(larger.shape, np.int16)
        cv2.setRNGSeed(1)
        cv2.randn(noise, 0, GRAIN)
        larger = cv2.add(larger, noise, dtype=cv2.CV_8U)
    return larger
