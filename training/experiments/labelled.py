"""Few labels: windows of photos with mattes, of which a network is shown the first K."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from annotation_store.training_sets import TrainingExample
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Trimap
from matting_core.errors import MattingError
from matting_core.image_io import decode_alpha, decode_photo, eight_bit
from matting_core.trimap import from_alpha
from training.batches.samples import SampleSet
from training.evaluate import images_in
from training.windows import NothingToLearnError, cut_samples

LONGEST = 800
"""Photos are reduced to this many pixels a side: what the usual benchmarks' photos have."""
WIDEST_BAND = 24
CHANCE = 20


class TooFewMattesError(MattingError):
    """A tree of mattes that holds fewer than are asked for."""


@dataclass(frozen=True, slots=True)
class Matte:
    """Files of one photo and its matte. name: of group and photo, without a suffix."""

    name: str
    image: Path
    alpha: Path

    def example(self, rng: np.random.Generator) -> TrainingExample:
        """The photo, reduced, with a trimap as an operator may have drawn it."""
        rgb, alpha = decode_photo(self.image.read_bytes()).rgb, decode_alpha(self.alpha.read_bytes())
        height, width = rgb.shape[:2]
        scale = min(1.0, LONGEST / max(height, width))
        size = round(width * scale), round(height * scale)
        rgb = cv2.resize(eight_bit(rgb), size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA).clip(0, 1)
        return TrainingExample(rgb, worn_trimap(rng, alpha), alpha)


def find_mattes(tree: Path) -> list[Matte]:
    """All photos of ``tree/*/image`` that have a matte of the same stem in ``tree/*/alpha``, by name."""
    found = []
    for folder in sorted(tree.glob("*/image")):
        alphas = {path.stem: path for path in images_in(folder.with_name("alpha"))}
        found += [
            Matte(f"{folder.parent.name}-{image.stem}", image, alphas[image.stem])
            for image in images_in(folder)
            if image.stem in alphas
        ]
    return found


def worn_trimap(rng: np.random.Generator, alpha: Alpha) -> Trimap:
    """A trimap from an alpha (float32, HxW, [0, 1]): foreground and background each worn down by 1 to 24 pixels."""
    fore, back = (from_alpha(alpha, band=int(band)) for band in rng.integers(1, WIDEST_BAND + 1, 2))
    trimap = np.full(alpha.shape, UNKNOWN, np.uint8)
    trimap[back == BACKGROUND] = BACKGROUND
    trimap[fore == FOREGROUND] = FOREGROUND
    return trimap


def labelled_windows(tree: Path, kept: Path, *, on_matte: Callable[[int, int], None] | None = None) -> list[SampleSet]:
    """The windows of each matte in the tree, with their prior, by name; mattes without a usable window are left out.

    kept: a folder in which they are kept. on_matte: told how many are done, and of how many.
    """
    kept.mkdir(parents=True, exist_ok=True)
    mattes, windows = find_mattes(tree), []
    for index, matte in enumerate(mattes):
        path = kept / f"{matte.name}.safetensors"
        if not path.is_file():
            try:
                cut_samples([matte.example(np.random.default_rng([CHANCE, index]))], seed=index).save(path)
            except NothingToLearnError:
                continue
        windows.append(SampleSet.load(path))
        if on_matte is not None:
            on_matte(index + 1, len(mattes))
    return windows


def first_labels(windows: Sequence[SampleSet], count: int, *, seed: int) -> SampleSet:
    """All windows of `count` mattes. A seed puts the mattes in an order, so that more labels hold the fewer ones.

    Raises TooFewMattesError.
    """
    if count > len(windows):
        raise TooFewMattesError(
            f"{count} mattes are asked for and {len(windows)} are usable: add mattes, or ask for fewer with --labels"
        )
    order = np.random.default_rng(seed).permutation(len(windows))[:count]
    return SampleSet.join([windows[index] for index in order])
