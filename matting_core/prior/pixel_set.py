"""A set of pixels of a grid, numbered row by row: the unknowns of a linear system and who is whose neighbour.

Systems over the unknown region are stored as 25 couplings per pixel, in the order of the pixel's 5x5
neighbourhood: 25 x N, long rows for the vector units, and no larger than the region itself.
"""

import warnings
from dataclasses import dataclass

import torch
from torch import Tensor

# PyTorch says so at the first matrix of every process; of sparse matrices only products with vectors are used here
warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta state")

REACH = 2
"""A pixel is coupled with others up to this many rows and columns away."""
SPAN = 2 * REACH + 1
SELF = SPAN * SPAN // 2
"""Place of the pixel itself among its 25 couplings."""


@dataclass(frozen=True, slots=True)
class PixelSet:
    """N pixels of an H x W grid.

    rows, columns: int64, N, in raster order. numbers: int32, (H + 4) x (W + 4), the number of each pixel of the
    set, -1 elsewhere; padded by `REACH`, so that neighbours need no check of the border.
    """

    height: int
    width: int
    rows: Tensor
    columns: Tensor
    numbers: Tensor

    @staticmethod
    def of(mask: Tensor) -> "PixelSet":
        """The True pixels of a bool H x W tensor."""
        height, width = mask.shape
        rows, columns = mask.nonzero(as_tuple=True)
        numbers = torch.full((height + 2 * REACH, width + 2 * REACH), -1, dtype=torch.int32, device=mask.device)
        numbers[rows + REACH, columns + REACH] = torch.arange(len(rows), dtype=torch.int32, device=mask.device)
        return PixelSet(height, width, rows, columns, numbers)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def padded_places(self) -> Tensor:
        """Flat index of each pixel in a grid padded by `REACH`: int64, N."""
        return (self.rows + REACH) * (self.width + 2 * REACH) + self.columns + REACH

    def neighbourhood(self, reach: int) -> Tensor:
        """What to add to a `padded_places` to reach its (2 reach + 1)^2 neighbours, in raster order: int64."""
        steps = torch.arange(-reach, reach + 1, device=self.rows.device)
        return (steps[:, None] * (self.width + 2 * REACH) + steps[None]).flatten()

    def neighbours(self) -> Tensor:
        """Numbers of the 5x5 neighbours of every pixel, -1 outside the set: int32, 25 x N."""
        return self.numbers.view(-1)[self.padded_places + self.neighbourhood(REACH)[:, None]]

    def coarser(self) -> "PixelSet":
        """The cells of a grid of half the size (rounded up) that hold at least one pixel of this set."""
        cells = torch.zeros((-(-self.height // 2), -(-self.width // 2)), dtype=torch.bool, device=self.rows.device)
        cells[self.rows // 2, self.columns // 2] = True
        return PixelSet.of(cells)


def sparse(numbers: Tensor, values: Tensor, *, columns: int) -> Tensor:
    """A sparse matrix (CSR, float32) of N rows and `columns` columns.

    numbers: int32, K x N, columns of the entries, -1 for none. values: float32, K x N, 0 where there is none.
    """
    width, height = numbers.shape
    starts = torch.arange(0, width * height + 1, width, dtype=torch.int32, device=numbers.device)
    # every row keeps its K entries, the missing ones as zeros in column 0: cheaper than packing them
    return torch.sparse_csr_tensor(
        starts,
        numbers.clamp(min=0).T.flatten(),
        values.T.flatten(),
        (height, columns),
        check_invariants=False,
    )
