"""Batches with fixed shares of several kinds of samples, so that none of them crowds the others out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from training.batches.batch import Batch
from training.batches.part import WHOLE, Part
from training.batches.sample_pool import Probabilities, batch_of_rows
from training.batches.samples import SampleSet
from training.batches.source import chance_of


@dataclass(frozen=True, slots=True)
class Ingredient:
    """Samples of one kind. probabilities: of each, sum 1. count: how many of them every batch holds."""

    samples: SampleSet
    probabilities: Probabilities
    count: int


class MixedPool:
    """A `BatchSource` of several ingredients. crop: side in pixels, even. device: where batches are made. part: of each
    batch, which is drawn alike for all parts."""

    def __init__(
        self,
        ingredients: Sequence[Ingredient],
        *,
        crop: int,
        device: str | torch.device = "cpu",
        seed: int = 0,
        part: Part = WHOLE,
    ) -> None:
        self._ingredients = [one for one in ingredients if one.count and len(one.samples)]
        own = part.rows(sum(one.count for one in self._ingredients))
        self.size = own.stop - own.start
        self._samples = SampleSet.join([one.samples for one in self._ingredients]).to(device)
        self._crop, self._seed, self._part = crop, seed, part

    def batch(self, step: int) -> Batch:
        rng = chance_of(seed=self._seed, process=0, step=step)
        rows, first = [], 0
        for one in self._ingredients:
            rows.append(first + rng.choice(len(one.samples), one.count, p=one.probabilities))
            first += len(one.samples)
        drawn = torch.from_numpy(np.concatenate(rows))
        return batch_of_rows(rng, self._samples, drawn, crop=self._crop, part=self._part)
