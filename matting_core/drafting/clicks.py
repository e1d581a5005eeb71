"""What a click claims for itself: a small disc that has its label, whatever else is found.

Where discs overlap, a pixel belongs to the nearest click, and to the later of two equally near ones, so that no click
can take away another's own pixel unless it lies on the very same one.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Mask, Trimap
from matting_core.box import Box
from matting_core.drafting.drafter import Click
from matting_core.trimap import Label

DISC_SHARE = 0.005  # of the longer side: a disc's radius
LEAST_RADIUS = 1
LEAST_RADIUS_SMALL = 2  # so that a disc on a small copy survives the copy's enlargement

_OPPOSITE = {Label.FOREGROUND: BACKGROUND, Label.BACKGROUND: FOREGROUND}


def disc_radius(height: int, width: int, *, least: int = LEAST_RADIUS) -> int:
    """Radius in pixels of a click's disc on an image of this size."""
    return max(least, round(DISC_SHARE * max(height, width)))


def pin(trimap: Trimap, clicks: Sequence[Click], *, band: int) -> None:
    """Paint the discs of `clicks` into `trimap` (uint8, HxW, {0, 128, 255}) in place.

    band: pixels around a disc in which the opposite label becomes unknown, since an edge must run somewhere there.
    """
    radius = disc_radius(*trimap.shape)
    for click in clicks:
        opposite = _OPPOSITE.get(click.label)
        box, near = _disc(click.x, click.y, radius + band, trimap.shape)
        view = trimap[box.slices]
        view[near & (view == opposite)] = UNKNOWN
    for click, box, own in _owned(clicks, radius, trimap.shape):
        trimap[box.slices][own] = click.label.value_in_trimap


def discs(clicks: Sequence[Click], label: Label, *, full: tuple[int, int], small: tuple[int, int]) -> Mask:
    """The pixels of a small copy that the clicks of `label` claim: bool, hxw.

    full, small: height and width of the photo that the clicks are given in, and of its copy.
    """
    down, across = small[0] / full[0], small[1] / full[1]
    moved = [
        Click(
            min(int((click.x + 0.5) * across), small[1] - 1),
            min(int((click.y + 0.5) * down), small[0] - 1),
            click.label,
        )
        for click in clicks
    ]
    claimed = np.zeros(small, np.bool_)
    for click, box, own in _owned(moved, disc_radius(*small, least=LEAST_RADIUS_SMALL), small):
        if click.label is label:
            claimed[box.slices] |= own
    return claimed


def _owned(clicks: Sequence[Click], radius: int, shape: tuple[int, ...]) -> Iterator[tuple[Click, Box, Mask]]:
    """Each click with a box and the pixels of it that the click owns."""
    for index, click in enumerate(clicks):
        box, own = _disc(click.x, click.y, radius, shape)
        ours = _squared_distance(click, box)
        for other_index, other in enumerate(clicks):
            if other_index != index and max(abs(other.x - click.x), abs(other.y - click.y)) <= 2 * radius:
                theirs = _squared_distance(other, box)
                own &= ours < theirs if other_index > index else ours <= theirs
        yield click, box, own


def _disc(x: int, y: int, radius: int, shape: tuple[int, ...]) -> tuple[Box, Mask]:
    box = Box(x - radius, y - radius, x + radius + 1, y + radius + 1).clipped(width=shape[1], height=shape[0])
    rows, columns = np.ogrid[box.top : box.bottom, box.left : box.right]
    inside: Mask = (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    return box, inside


def _squared_distance(click: Click, box: Box) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    rows, columns = np.ogrid[box.top : box.bottom, box.left : box.right]
    squared: np.ndarray[tuple[int, int], np.dtype[np.int64]] = (columns - click.x) ** 2 + (rows - click.y) ** 2
    return squared
