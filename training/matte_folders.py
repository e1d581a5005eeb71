"""Photos with mattes in folders: ``image/``, ``alpha/`` and, where people drew them, ``trimap/``; files of one stem
belong together. Several such folders may lie side by side in one.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from annotation_store.learning.training_sets import TrainingExample
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Trimap
from matting_core.errors import MattingError
from matting_core.image_io import decode_alpha, decode_photo, decode_trimap
from matting_core.trimap import force_known
from training.evaluate import images_in

NARROWEST, WIDEST = 4, 24
"""Half width of a made trimap's band in pixels of a photo of 800 pixels on its longer side."""
USUAL_SIDE = 800


class MatteFolderError(MattingError):
    """A folder from which nothing can be learnt; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class MatteFiles:
    """One photo with its matte. trimap: None where one must be made."""

    image: Path
    alpha: Path
    trimap: Path | None

    def read(self, *, seed: int = 0) -> TrainingExample:
        """The pixels; seed and name decide a trimap that must be made.

        Raises MatteFolderError, with the file's name, if one of them cannot be read or its size differs.
        """
        try:
            rgb = decode_photo(self.image.read_bytes()).rgb
            alpha = decode_alpha(self.alpha.read_bytes())
            if self.trimap is None:
                chance = np.random.default_rng([seed, zlib.crc32(self.image.stem.encode())])
                trimap = banded_trimap(chance, alpha)
            else:
                trimap = decode_trimap(self.trimap.read_bytes())
        except (MattingError, OSError) as error:
            raise MatteFolderError(f"{self.image}: {error}") from error
        if not rgb.shape[:2] == alpha.shape == trimap.shape:
            raise MatteFolderError(f"{self.image} is not of the same size as its alpha or its trimap")
        return TrainingExample(rgb=rgb, trimap=trimap, alpha=force_known(alpha, trimap))


def find_mattes(folder: Path) -> list[MatteFiles]:
    """All photos with mattes in a folder, or in the folders in it, by name.

    Raises MatteFolderError if there is none.
    """
    places = [place for place in (folder, *sorted(folder.glob("*/"))) if (place / "image").is_dir()]
    found = [files for place in places for files in _in(place)]
    if not found:
        raise MatteFolderError(
            f"{folder} has no photo with a matte: put photos into image/ and their mattes, with the same names, into "
            "alpha/"
        )
    return found


def banded_trimap(rng: np.random.Generator, alpha: Alpha) -> Trimap:
    """A trimap for a true alpha: a band around everything that is neither 0 nor 1, of a random width on either side.

    alpha: float32, HxW, [0, 1]. Returns uint8, HxW, {0, 128, 255}.
    """
    scale = max(alpha.shape) / USUAL_SIDE
    trimap = np.full(alpha.shape, UNKNOWN, np.uint8)
    for label, mask in ((BACKGROUND, alpha < 0.02), (FOREGROUND, alpha > 0.98)):
        width = max(1.0, scale * np.exp(rng.uniform(np.log(NARROWEST), np.log(WIDEST))))
        # the frame stays out of it: nobody knows what follows beyond the picture
        framed = np.pad(mask.astype(np.uint8), 1, mode="edge")
        inside = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
        trimap[inside > width] = label
    return trimap


def _in(place: Path) -> Iterator[MatteFiles]:
    alphas, trimaps = ({path.stem: path for path in _images(place / part)} for part in ("alpha", "trimap"))
    for image in images_in(place / "image"):
        if image.stem in alphas:
            yield MatteFiles(image, alphas[image.stem], trimaps.get(image.stem))


def _images(folder: Path) -> Iterator[Path]:
    return images_in(folder) if folder.is_dir() else iter(())
