"""The subject's body at rising thresholds: which pixels stay in it, and up to which threshold.

The usual way labels the whole image once for every threshold. But the body of nearly every matte contains its opaque
core, and then a single flood out of the core, from high steps to low ones, tells the same of all thresholds.
Counting pixels proves it afterwards; where it cannot, the usual way is gone.
"""

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Mask

Steps = npt.NDArray[np.uint8]


def last_step_in_body(steps: Steps, *, highest: int) -> Steps:
    """The last of the steps 1, 2, ... `highest` up to which each pixel belongs to the body without a break.

    steps: uint8, HxW, 0 to `highest`: the highest threshold that a pixel reaches. The body at step k is the largest
    4-connected component of the pixels that reach k; of two equally large, the one that is met first row by row.
    Returns uint8, HxW; 0 where a pixel is outside the body from the beginning.
    """
    if not steps.any():
        return np.zeros_like(steps)
    flooded = _flooded_from_core(steps)
    return flooded if _is_body(flooded, steps) else _labelled_at_every_step(steps, highest)


def _flooded_from_core(steps: Steps) -> Steps:
    """The highest step at which each pixel is connected to the core: uint8, HxW, 0 where at none."""
    from matting_core.metrics.flood import flood_outwards  # compiles for some seconds when first imported

    # a rim of zeros, so that the flood need not watch for the frame
    relief = cv2.copyMakeBorder(steps, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    flooded, top = np.zeros_like(relief), int(steps.max())
    fill = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | top << 8
    cv2.floodFill(steps, flooded, _seed(steps == top), 0, 0, 0, fill)
    flooded[[0, -1]], flooded[:, [0, -1]] = 0, 0  # which cv2 uses for itself
    beside = cv2.dilate(flooded, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))) > flooded
    shore = np.flatnonzero(beside & (relief > 0)).astype(np.int32)
    flood_outwards(relief.reshape(-1), flooded.reshape(-1), shore, relief.shape[1])
    return np.ascontiguousarray(flooded[1:-1, 1:-1])


def _seed(core: Mask) -> tuple[int, int]:
    """(x, y) amid the longest run of the fullest row: most likely in the largest component."""
    y = int(np.argmax(cv2.reduce(core.view(np.uint8), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)))
    edges = np.flatnonzero(np.diff(core[y].view(np.int8), prepend=0, append=0)).reshape(-1, 2)
    left, right = edges[np.argmax(edges[:, 1] - edges[:, 0])]
    return int(left + right) // 2, y


def _is_body(flooded: Steps, steps: Steps) -> bool:
    """Whether what the flood reached must be the largest component at every step.

    It is if its core alone outnumbers all pixels that are cut off from it at any step.
    """
    return bool(np.count_nonzero(flooded != steps) < np.count_nonzero(flooded == steps.max()))


def _labelled_at_every_step(steps: Steps, highest: int) -> Steps:
    last, staying = np.zeros_like(steps), np.ones(steps.shape, np.bool_)
    for step in range(1, highest + 1):
        staying &= _largest_component(steps >= step)
        last[staying] = step
    return last


def _largest_component(mask: Mask) -> Mask:
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    if count == 1:  # label 0 is what lies outside the mask and never competes
        return np.zeros_like(mask)
    largest: Mask = labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
    return largest
