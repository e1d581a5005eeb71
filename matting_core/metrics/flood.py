"""A flood over a relief, compiled: out of a core, always over the highest ground that is left."""

import numpy as np
import numpy.typing as npt
from numba import njit

Steps = npt.NDArray[np.uint8]


@njit("void(u1[::1], u1[::1], i4[::1], i8)", cache=True, nogil=True)
def flood_outwards(relief: Steps, flooded: Steps, shore: npt.NDArray[np.int32], width: int) -> None:
    """Write into `flooded` the lowest step on the highest 4-connected way from each pixel to the core.

    relief: uint8, a plane of `width` columns, flattened, 0 along its frame and wherever no way leads. flooded: the
    same shape, 0 outside the core; pixels that no way reaches stay 0. shore: the places with a way that touch the core.
    """
    # each step has a stack of pixels whose neighbours are to be looked at; all stacks are linked through one plane
    uppermost, below = np.full(256, -1, np.int64), np.empty(len(relief), np.int32)
    for pixel in shore:
        step = relief[pixel]
        flooded[pixel] = step
        below[pixel], uppermost[step] = uppermost[step], pixel
    for step in range(255, 0, -1):
        while uppermost[step] >= 0:
            pixel = uppermost[step]
            uppermost[step] = below[pixel]
            for side in (-1, 1, -width, width):
                other = pixel + side
                if flooded[other] == 0 and relief[other] > 0:
                    height = min(step, relief[other])
                    flooded[other] = height
                    below[other], uppermost[height] = uppermost[height], other
