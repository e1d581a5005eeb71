"""Batches from a fixed set of samples, drawn by weight, cropped and augmented on the samples' device."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.batches.augmentation import augment
from training.batches.batch import Batch, crop_samples, decode
from training.batches.part import WHOLE, Part
from training.batches.samples import SampleSet
from training.batches.source import chance_of

Probabilities = npt.NDArray[np.float64]


class SamplePool:
    """A `BatchSource`. probabilities: of each sample, sum 1; all alike by default. crop: side in pixels, even."""

    def __init__(
        self,
        samples: SampleSet,
        *,
        size: int,
        crop: int,
        probabilities: Probabilities | None = None,
        seed: int = 0,
        process: int = 0,
    ) -> None:
        self.samples, self.size, self._crop = samples, size, crop
        self._probabilities = np.full(len(samples), 1 / len(samples)) if probabilities is None else probabilities
        self._seed, self._process = seed, process

    def batch(self, step: int) -> Batch:
        rng = chance_of(seed=self._seed, process=self._process, step=step)
        return draw_batch(rng, self.samples, self._probabilities, size=self.size, crop=self._crop)


def draw_batch(
    rng: np.random.Generator, samples: SampleSet, probabilities: Probabilities, *, size: int, crop: int
) -> Batch:
    """`size` samples drawn with `probabilities` (N, sum 1), one common crop of `crop` pixels, augmented."""
    return batch_of_rows(rng, samples, torch.from_numpy(rng.choice(len(samples), size, p=probabilities)), crop=crop)


def batch_of_rows(
    rng: np.random.Generator, samples: SampleSet, rows: Tensor, *, crop: int, part: Part = WHOLE
) -> Batch:
    """The samples with these numbers, one common crop of `crop` pixels, augmented; of these, the ones of `part`."""
    own = rows[part.rows(len(rows))].to(samples.rgb.device)
    side = samples.rgb.shape[-1]
    top, left = (2 * int(value) for value in rng.integers(0, (side - crop) // 2 + 1, 2))
    taken = decode(crop_samples(samples[own], top=top, left=left, size=crop))
    return augment(rng, taken, count=len(rows), part=part)
