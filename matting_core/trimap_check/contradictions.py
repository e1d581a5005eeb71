"""Known labels that contradict the photo, found by cross-validation.

Part of the known labels is taken away, block by block as on a chessboard, and the classical prior says what it would
have put there from the colours and labels around. Where the answer is the opposite of what the operator painted, one of
the two is wrong: mostly a stroke of the wrong brush, or one that slid across the edge. All of it happens on a very
small copy, on which a solution takes some hundredths of a second.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Mask, Rgb, Trimap
from matting_core.cancelling import checkpoint
from matting_core.prior.classical_prior import classical_prior
from matting_core.trimap import coarser
from matting_core.trimap_check.slips import Slip, SlipKind, SmallCopy, slips_from_cells

LARGEST_SIDE = 320
"""Longer side of the copy."""
BLOCKS = 10
"""Blocks along the longer side. A slip much larger than a block vouches for itself and is not found."""
CONTRADICTED = 0.65
"""Difference of alpha from the label beyond which they contradict each other."""
SMALLEST = 3e-4
"""Share of the square over the longer side that a contradiction covers at least."""


def find_contradictions(rgb: Rgb, trimap: Trimap) -> list[Slip]:
    """Slips of the kind `SlipKind.CONTRADICTION`; arrays as in `check_trimap_for_slips`. Raises Cancelled."""
    copy = SmallCopy.of(trimap.shape, side=LARGEST_SIDE)
    labels = coarser(trimap, times=copy.times)
    small = cv2.resize(rgb, copy.size, interpolation=cv2.INTER_AREA)
    against = _contradicted(small, labels, block=max(4, round(copy.side / BLOCKS)))
    # single cells are where an edge runs through a block's border
    marked = cv2.morphologyEx((against > CONTRADICTED).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    smallest = SMALLEST * copy.side**2
    _, groups, stats, _ = cv2.connectedComponentsWithStats(marked)
    large = stats[:, cv2.CC_STAT_AREA] >= smallest
    large[0] = False
    return slips_from_cells(SlipKind.CONTRADICTION, against, large[groups], copy=copy, joined=3, worth=smallest)


def _contradicted(rgb: Rgb, labels: Trimap, *, block: int) -> Floats:
    """How far each known label is from what its surroundings say: float32, HxW, [0, 1], 0 where unknown."""
    known, label = labels != UNKNOWN, (labels == FOREGROUND).astype(np.float32)
    against = np.zeros(labels.shape, np.float32)
    for opened in _chessboards(labels.shape, block):
        checkpoint()
        opened &= known
        view = labels.copy()
        view[opened] = UNKNOWN
        if not all((view == needed).any() for needed in (BACKGROUND, FOREGROUND)):
            continue
        weak = classical_prior(rgb, view, quick=True).weak.numpy()
        alpha = cv2.resize(weak, (labels.shape[1], labels.shape[0]), interpolation=cv2.INTER_LINEAR)
        np.maximum(against, np.abs(alpha - label), out=against, where=opened)
    return np.minimum(against, 1, out=against)


def _chessboards(shape: tuple[int, ...], block: int) -> Iterator[Mask]:
    """Masks of every fourth block, each surrounded by blocks that stay: together they cover everything twice, for what
    lies on a border of blocks in one grid lies within a block of the other."""
    for shift in (0, block // 2):
        rows, columns = ((np.arange(side) + shift) // block % 2 for side in shape)
        for row in (0, 1):
            for column in (0, 1):
                yield (rows == row)[:, None] & (columns == column)
