"""A batch of which each process of a training holds a part, and what its loss must know of the others' parts.

A loss that is divided by something counted in the batch (its unknown pixels, say) is divided by the count in all parts.
What a process then computes is its addend: the addends of all processes are the loss of the whole batch, and so are
their gradients. That a batch is shared changes nothing but the order in which numbers are added up.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

Total = Callable[[Tensor], Tensor]
"""Adds a tensor up over all processes, the same in each of them; no gradient passes through it."""


def alone(own: Tensor) -> Tensor:
    """The `Total` of a process that has no others beside it."""
    return own


@dataclass(frozen=True, slots=True)
class SharedBatch:
    """first: the number that this process's first sample has in the whole batch. count: samples in the whole batch."""

    first: int
    count: int
    total: Total

    @staticmethod
    def unshared(count: int) -> "SharedBatch":
        """A batch that one process has for itself."""
        return SharedBatch(0, count, alone)
