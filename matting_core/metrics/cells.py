"""Where in a photo the errors lie: their sums in square cells, which add up to the whole.

What is resampled within a photo must be parts of it: neighbouring pixels err together, cells nearly do not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matting_core.arrays import Alpha, Trimap
from matting_core.metrics.comparison import in_unknown
from matting_core.metrics.gradient import squared_gradient_differences

CELL = 64  # pixels along one side

Counts = npt.NDArray[np.int64]
Sums = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CellErrors:
    """Sums over the unknown pixels of each cell that has some, row by row; one value a cell in all four.

    pixels: how many. levels, squares: of |a - t| and its square in 8-bit levels, whole numbers, so that they add up
    exactly. gradients: of (|grad a| - |grad t|)^2.
    """

    pixels: Counts
    levels: Counts
    squares: Counts
    gradients: Sums

    @property
    def sad(self) -> float:
        """`metrics.sad` of the whole."""
        return float(self.levels.sum() / 255 / 1000)

    @property
    def mse(self) -> float:
        """`metrics.mse` of the whole."""
        return float(self.squares.sum() / 255**2 / max(self.pixels.sum(), 1))

    @property
    def grad(self) -> float:
        """`metrics.gradient_error` of the whole."""
        return float(self.gradients.sum() / 1000)


def cell_errors(alpha: Alpha, truth: Alpha, trimap: Trimap, *, side: int = CELL) -> CellErrors:
    """The errors by cells of `side` x `side` pixels; which cells there are depends on the trimap alone.

    Raises InvalidArrayError.
    """
    pair = in_unknown(alpha, truth, trimap)
    rows, columns = (-(-size // side) for size in trimap.shape)
    count = rows * columns
    pixels, levels, squares = (np.zeros(count, np.int64) for _ in range(3))
    gradients = np.zeros(count, np.float64)
    for box, squared in squared_gradient_differences(pair):
        down, across = np.nonzero(pair.counted[box.slices])
        cell = (down + box.top) // side * columns + (across + box.left) // side
        apart = pair.matte[box.slices].astype(np.int64)[down, across] - pair.truth[box.slices][down, across]
        pixels += np.bincount(cell, minlength=count)
        # sums of whole numbers below 2^53 are exact in floats
        levels += np.bincount(cell, np.abs(apart), count).astype(np.int64)
        squares += np.bincount(cell, apart**2, count).astype(np.int64)
        gradients += np.bincount(cell, squared, count)
    there = pixels > 0
    return CellErrors(pixels[there], levels[there], squares[there], gradients[there])
