"""Photographs to try the studio with: those that scikit-image ships inside its wheel."""

from collections.abc import Iterator
from importlib.resources import files

from annotation_store.incoming import IncomingFile

SAMPLES = ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")
"""Files of the wheel itself: other names of ``skimage.data`` would be downloaded when asked for."""


def sample_photos() -> Iterator[IncomingFile]:
    """Each sample as it lies in the wheel; the same bytes every time, so that loading them twice adds nothing."""
    folder = files("skimage.data")
    for name in SAMPLES:
        yield IncomingFile(name=name, data=(folder / name).read_bytes())
