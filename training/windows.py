"""Windows around the unknown pixels of photos with mattes: what a network learns from corrections."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from annotation_store.learning.training_sets import TrainingExample
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.errors import MattingError
from matting_core.image_io import eight_bit
from matting_core.prior.classical_prior import classical_prior
from training.batches.batch import crop_samples
from training.batches.samples import SampleSet, pack

Bytes = npt.NDArray[np.uint8]
Pixel = TypeVar("Pixel", bound=np.generic)

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
    cut: list[SampleSet] = []
    for index in rng.integers(len(rows), size=TRIES_PER_EXAMPLE):
        window = Window.around(int(columns[index]), int(rows[index]), example.trimap.shape)
        trimap = window.of(example.trimap)
        if not has_both_classes(trimap):
            continue  # a window without both known classes has no prior worth correcting
        colours = window.of(rgb)
        cut.append(inner_part(pack(colours, trimap, window.of(alpha), classical_prior(colours, trimap))))
        if len(cut) == WINDOWS_PER_EXAMPLE:
            break
    return cut


@dataclass(frozen=True, slots=True)
class Window:
    """A square of a photo. rows, columns: of its pixels; those beyond the photo's edge are reflected into it."""

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]

    @staticmethod
    def around(x: int, y: int, shape: tuple[int, ...]) -> "Window":
        """Centred on a pixel of a photo of this height and width."""
        half = WINDOW // 2
        rows, columns = (
            _reflected(np.arange(at - half, at + half), length) for at, length in ((y, shape[0]), (x, shape[1]))
        )
        return Window(rows, columns)

    def of(self, plane: npt.NDArray[Pixel]) -> npt.NDArray[Pixel]:
        """This part of a plane of the photo."""
        return plane[self.rows][:, self.columns]


def has_both_classes(trimap: Bytes) -> bool:
    """Whether foreground and background are known somewhere."""
    return bool((trimap == BACKGROUND).any() and (trimap == FOREGROUND).any())


def inner_part(samples: SampleSet) -> SampleSet:
    """What is learnt from of a window: its middle, whose prior has seen what lies around."""
    inner = (WINDOW - SAMPLE) // 2
    return crop_samples(samples, top=inner, left=inner, size=SAMPLE)


def _reflected(indices: npt.NDArray[np.intp], length: int) -> npt.NDArray[np.intp]:
    """Indices folded back into [0, length), the edge pixel not repeated."""
    if length == 1:
        return np.zeros_like(indices)
    period = 2 * (length - 1)
    folded = np.abs(indices) % period
    return np.where(folded < length, folded, period - folded)
