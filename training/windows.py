"""Windows around the unknown pixels of photos with mattes: what a network learns from corrections."""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from annotation_store.learning.training_sets import TrainingExample
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.box import Box
from matting_core.errors import MattingError
from matting_core.image_io import eight_bit
from matting_core.prior.classical_prior import classical_prior
from training.batches.batch import crop_samples
from training.batches.samples import SampleSet, pack

Bytes = npt.NDArray[np.uint8]

WINDOW = 384
"""Side of a window in pixels: what the prior of a sample sees."""
SAMPLE = 256
WINDOWS_PER_EXAMPLE = 6
TRIES_PER_EXAMPLE = 24


class NothingToLearnError(MattingError):
    """The approved images hold no window from which a network could learn."""


def cut_samples(
    examples: Iterable[TrainingExample], *, seed: int = 0, on_example: Callable[[int], None] | None = None
) -> SampleSet:
    """Cut windows around unknown pixels out of each example and compute their priors.

    on_example: told the number of examples done. Raises NothingToLearnError when no example has an unknown pixel
    with both known classes near it.
    """
    rng = np.random.default_rng(seed)
    samples: list[SampleSet] = []
    for done, example in enumerate(examples, 1):
        samples += _cut(rng, example)
        if on_example is not None:
            on_example(done)
    if not samples:
        raise NothingToLearnError(
            "None of the photos to learn from has an unknown region beside foreground and background: mark soft "
            "edges as unknown (in the studio, approve them), then train again."
        )
    return SampleSet.join(samples)


def _cut(rng: np.random.Generator, example: TrainingExample) -> list[SampleSet]:
    rows, columns = np.nonzero(example.trimap == UNKNOWN)
    if len(rows) == 0:
        return []
    rgb = eight_bit(example.rgb).astype(np.uint8, copy=False)
    alpha = (example.alpha * 255 + 0.5).astype(np.uint8)
    inner = (WINDOW - SAMPLE) // 2
    cut: list[SampleSet] = []
    for index in rng.integers(len(rows), size=TRIES_PER_EXAMPLE):
        box = _window(int(columns[index]), int(rows[index]))
        trimap = _view(example.trimap, box)
        if not ((trimap == BACKGROUND).any() and (trimap == FOREGROUND).any()):
            continue  # a window without both known classes has no prior worth correcting
        window = _view(rgb, box)
        whole = pack(window, trimap, _view(alpha, box), classical_prior(window, trimap))
        cut.append(crop_samples(whole, top=inner, left=inner, size=SAMPLE))
        if len(cut) == WINDOWS_PER_EXAMPLE:
            break
    return cut


def _window(x: int, y: int) -> Box:
    """A window centred on a pixel; it may reach beyond the photo."""
    return Box(x - WINDOW // 2, y - WINDOW // 2, x + WINDOW // 2, y + WINDOW // 2)


def _view(plane: Bytes, box: Box) -> Bytes:
    """The box of a plane, continued by reflection beyond the photo's edge."""
    height, width = plane.shape[:2]
    rows = _reflected(np.arange(box.top, box.bottom), height)
    columns = _reflected(np.arange(box.left, box.right), width)
    return plane[rows][:, columns]


def _reflected(indices: npt.NDArray[np.intp], length: int) -> npt.NDArray[np.intp]:
    """Indices folded back into [0, length), the edge pixel not repeated."""
    if length == 1:
        return np.zeros_like(indices)
    period = 2 * (length - 1)
    folded = np.abs(indices) % period
    return np.where(folded < length, folded, period - folded)
