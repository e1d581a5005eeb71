"""Random numbers for a batch: one draw per sample, from one generator, on its device."""

import math

import torch
from torch import Tensor


class Chance:
    """Draws of shape N, or N x 1 x 1 x 1 for planes. generator: decides the device, too. count: N."""

    def __init__(self, generator: torch.Generator, count: int) -> None:
        self.generator, self.count = generator, count
        self.device = generator.device

    def of(self, count: int) -> "Chance":
        """The same generator for another number of samples."""
        return Chance(self.generator, count)

    def unit(self, *shape: int) -> Tensor:
        """Uniform in [0, 1): float32, N x shape."""
        return torch.rand(self.count, *shape, generator=self.generator, device=self.device)

    def between(self, low: float, high: float) -> Tensor:
        """Uniform in [low, high): float32, N x 1 x 1 x 1."""
        return low + (high - low) * self.unit(1, 1, 1)

    def log_between(self, low: float, high: float) -> Tensor:
        """Uniform in the logarithm, so that half of the draws lie below the geometric mean: N x 1 x 1 x 1."""
        return torch.exp(self.between(math.log(low), math.log(high)))

    def normal(self, *shape: int) -> Tensor:
        """Standard normal: float32, N x shape."""
        return torch.randn(self.count, *shape, generator=self.generator, device=self.device)

    def happens(self, share: float) -> Tensor:
        """True for about `share` of the samples: bool, N x 1 x 1 x 1."""
        return self.unit(1, 1, 1) < share

    def rows(self, share: float) -> Tensor:
        """The numbers of about `share` of the samples: int64."""
        return torch.nonzero(self.unit() < share)[:, 0]

    def which(self, choices: int) -> Tensor:
        """One of 0, 1, ..., choices - 1 for each sample: int64, N."""
        return torch.randint(choices, (self.count,), generator=self.generator, device=self.device)
