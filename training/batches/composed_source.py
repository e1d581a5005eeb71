"""Batches composed anew for every step on the device itself: no sample is ever seen twice, none waits in a file."""

from collections.abc import Callable

import torch

from training.batches.batch import Batch, without_prior
from training.batches.source import chance_of
from training.pretext.composed_photos import ComposedPhotos

Compose = Callable[[torch.Generator, int], ComposedPhotos]


class ComposedSource:
    """A `BatchSource` for networks without a prior. compose: makes so many photographs from a generator on `device`."""

    def __init__(
        self, compose: Compose, *, size: int, device: str | torch.device = "cpu", seed: int = 0, process: int = 0
    ) -> None:
        self.size = size
        self._compose, self._device = compose, device
        self._seed, self._process = seed, process

    def batch(self, step: int) -> Batch:
        rng = chance_of(seed=self._seed, process=self._process, step=step)
        generator = torch.Generator(self._device).manual_seed(int(rng.integers(2**62)))
        with torch.no_grad():
            return without_prior(self._compose(generator, self.size))
