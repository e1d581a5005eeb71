"""Specks: tiny islands of one label in another, such as a click of the wrong brush leaves behind.

A careful trimap has tiny islands, too: a hole between two leaves, a lock of hair. So a known island in unknown ground
is a speck only if the matte around it says the opposite, and an unknown island in known ground only if the matte in it
says nothing else than its surroundings. A known island of the opposite label is always one.
"""

import cv2
import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Floats, Mask, Trimap
from matting_core.box import Box
from matting_core.trimap_check.slips import Slip, SlipKind, SmallCopy, slips_from_cells

LARGEST_SIDE = 1024
"""Longer side of the copy."""
TINY = 0.01
"""Width and height of the largest speck as a part of the photo's longer side."""
SMALLEST = 5
"""Cells of the largest speck at least: in a small photo, too, a click has some pixels."""
AROUND = 3
"""Cells around a known island in which the matte is asked."""
OPPOSITE = 0.6
"""Mean difference of the matte around a known island from its label, beyond which the island is a speck."""
SAME = 0.05
"""Mean difference of the matte in an unknown island from the label around it, below which the island is a speck."""
HARMLESS = 0.4
"""Strength of a speck that changes nothing in this matte, but teaches a network to expect it."""
LABELS = (BACKGROUND, UNKNOWN, FOREGROUND)


def find_specks(trimap: Trimap, alpha: Alpha) -> list[Slip]:
    """Slips of the kind `SlipKind.SPECK`; arrays as in `check_trimap_for_slips`."""
    copy = SmallCopy.of(trimap.shape, side=LARGEST_SIDE)
    present = {label: _present(trimap == label, copy) for label in LABELS}
    largest = max(SMALLEST, round(TINY * copy.side))
    strength = np.zeros((copy.size[1], copy.size[0]), np.float32)
    small = cv2.resize(alpha, copy.size, interpolation=cv2.INTER_AREA)
    for label in LABELS:
        _, groups, stats, _ = cv2.connectedComponentsWithStats(present[label].astype(np.uint8), connectivity=8)
        for number in range(1, len(stats)):
            left, top, width, height, _ = (int(value) for value in stats[number])
            box = Box(left, top, left + width, top + height)
            if max(width, height) > largest or _at_frame(box, copy):
                continue
            view = box.grown(AROUND + 1).clipped(width=copy.size[0], height=copy.size[1])
            island = groups[view.slices] == number
            clear = _clearness(label, island, {each: present[each][view.slices] for each in LABELS}, small[view.slices])
            strength[view.slices][island] = np.maximum(strength[view.slices][island], clear)
    worth = float(largest**2)
    return slips_from_cells(SlipKind.SPECK, strength, strength > 0, copy=copy, joined=largest, worth=worth)


def _present(mask: Mask, copy: SmallCopy) -> Mask:
    """Which cells hold any of the mask's pixels; a pixel alone among more than 250 of its cell is lost to rounding."""
    counted = cv2.resize(np.where(mask, np.uint8(255), np.uint8(0)), copy.size, interpolation=cv2.INTER_AREA)
    found: Mask = counted > 0
    return found


def _at_frame(box: Box, copy: SmallCopy) -> bool:
    """Whether the island goes on beyond the photo, so that nobody knows how large it is."""
    return box.left == 0 or box.top == 0 or box.right == copy.size[0] or box.bottom == copy.size[1]


def _clearness(label: int, island: Mask, present: dict[int, Mask], alpha: Floats) -> float:
    """How clearly the island is a speck: [0, 1], 0 if it is none."""
    ring = _grown(island, 1) & ~island
    opposite = FOREGROUND if label == BACKGROUND else BACKGROUND
    share = {each: float(np.count_nonzero(present[each] & ring)) / np.count_nonzero(ring) for each in LABELS}
    if label == UNKNOWN:
        around = FOREGROUND if share[FOREGROUND] >= share[BACKGROUND] else BACKGROUND
        alone = min(share[FOREGROUND], share[BACKGROUND]) == 0
        same = abs(float(alpha[island].mean()) - around / FOREGROUND) < SAME
        return HARMLESS if alone and same else 0.0
    if share[opposite] > 0.5:
        return 1.0
    asked = _grown(island, AROUND) & ~_grown(island, 1)
    if share[opposite] > 0 or not asked.any():
        return 0.0
    against = float(np.abs(alpha[asked] - label / FOREGROUND).mean())
    return against if against > OPPOSITE else 0.0


def _grown(mask: Mask, reach: int) -> Mask:
    size = 2 * reach + 1
    grown: Mask = cv2.dilate(mask.astype(np.uint8), np.ones((size, size), np.uint8)) > 0
    return grown
