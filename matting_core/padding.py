"""Photos of odd sides, made even."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", bound=np.generic)


def pad_to_even(array: npt.NDArray[T]) -> npt.NDArray[T]:
    """Repeat the last row and column where height or width is odd."""
    edges = [(0, array.shape[0] % 2), (0, array.shape[1] % 2)] + [(0, 0)] * (array.ndim - 2)
    return np.pad(array, edges, mode="edge") if any(after for _, after in edges) else array
