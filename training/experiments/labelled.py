"""Few labels: windows of photos with mattes, of which a network is shown the first K."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from matting_core.errors import MattingError
from training.batches.samples import SampleSet
from training.matte_folders import find_mattes
from training.windows import NothingToLearnError, cut_samples


class TooFewMattesError(MattingError):
    """A tree of mattes that holds fewer than are asked for."""


def labelled_windows(tree: Path, kept: Path, *, on_matte: Callable[[int, int], None] | None = None) -> list[SampleSet]:
    """The windows of each matte in the tree, with their prior, by name; mattes without a usable window are left out.

    Where there is no trimap, one is made by chance, the same whenever it is made. kept: a folder in which the windows
    are kept. on_matte: told how many mattes are done, and of how many. Raises MatteFolderError.
    """
    kept.mkdir(parents=True, exist_ok=True)
    mattes, windows = find_mattes(tree), []
    for index, matte in enumerate(mattes):
        path = kept / f"{matte.image.parent.parent.name}-{matte.image.stem}.safetensors"
        if not path.is_file():
            try:
                cut_samples([matte.read(seed=index)], seed=index).save(path)
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
