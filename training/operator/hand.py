"""The hand: strokes that cover a region, along its middle and as wide as it is, as one draws with a pen.

A brush is led along the longest way through the region's skeleton, its radius the distance to what must not be painted.
What is left is a smaller region, or several, and painted in the same way, the largest first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from skimage.morphology import skeletonize

from matting_core.arrays import Floats, Mask
from matting_core.box import Box
from matting_core.edits.coverage import covered
from matting_core.edits.ink import Ink
from matting_core.edits.quarters import CENTRE, MAX_RADIUS, QUARTERS, Point
from matting_core.edits.stroke import Stroke
from matting_core.trimap import depth_inside

SLACK = 2
"""Pixels that a hand may paint beyond a region, where that does no harm: nobody follows every notch."""

CORNER = 1
"""Pixels that a brush is wider than a region with its slack, where that does no harm: little is left in corners."""

STRIDE = 2
"""After so many pixels of a way comes the next point of the stroke."""

SAFE = 3
"""Quarter pixels that a brush is narrower than there is room: a way of pixels turns up to 0.71 pixels aside of the
straight lines between its points."""

Pixels = npt.NDArray[np.intp]
"""Nx2: row and column."""


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody paints. widest: the brush's largest radius, in pixels. fewest: a region of less pixels is not seen,
    and a stroke that would mend less is not made."""

    widest: float
    fewest: int

    @staticmethod
    def for_photo(height: int, width: int) -> "Hand":
        """For a photo that is looked at as a whole: a brush up to a sixth of its longer side wide, and places from a
        twenty-thousandth of it on."""
        return Hand(widest=max(height, width) / 12, fewest=max(4, height * width // 20_000))


@dataclass(frozen=True, slots=True)
class Way:
    """Where a brush is led: points, and its radius at each, all in quarter pixels."""

    points: tuple[Point, ...]
    radii: tuple[int, ...]


def strokes_over(region: Mask, *, allowed: Mask, ink: Ink, hand: Hand, join: int = SLACK) -> list[Stroke]:
    """Strokes over `region`, its largest part first; nothing outside of `allowed` is painted.

    Both: bool, HxW. join: parts that are at most twice as many pixels apart are painted as one, where that does no
    harm. What is too small to be seen or too thin to be painted is left.
    """
    whole = Box(0, 0, region.shape[1], region.shape[0])
    wanted, strokes = region & allowed, []
    left = _closed(wanted, join) & allowed
    for part in _largest_first(left, hand.fewest):
        way = way_through(part, allowed=allowed, widest=hand.widest)
        stroke = Stroke(ink, max(way.radii), way.points, way.radii)
        box, mended = stroke.reach(whole), covered(stroke, whole)
        if np.count_nonzero(wanted[box.slices] & mended) >= hand.fewest:
            strokes.append(stroke)
            wanted[box.slices] &= ~mended
            left[box.slices] &= ~mended
        else:
            left &= ~part
    return strokes


def way_through(part: Mask, *, allowed: Mask, widest: float) -> Way:
    """The way along the middle of a connected region `part`, which lies in `allowed`; both bool, HxW."""
    box = Box.around(part).grown(SLACK + CORNER + 1).clipped(width=part.shape[1], height=part.shape[0])
    near = cv2.dilate(part[box.slices].astype(np.uint8), _disc(SLACK)) > 0
    room = near & allowed[box.slices]
    depth = np.minimum(depth_inside(room) + CORNER, depth_inside(allowed[box.slices]))
    depth = np.minimum(depth, min(widest, (MAX_RADIUS - SAFE) / QUARTERS) + SAFE / QUARTERS)
    pixels = longest_way(np.argwhere(skeletonize(room)), depth)
    stops = [*range(0, len(pixels) - 1, STRIDE), len(pixels) - 1]
    depths = depth[pixels[:, 0], pixels[:, 1]]
    radii = [
        # no wider than anywhere since the point before, so that nothing beyond the room is painted
        max(1, int(QUARTERS * depths[max(0, stop - STRIDE) : stop + 1].min()) - SAFE)
        for stop in stops
    ]
    points = [
        (QUARTERS * (box.left + int(column)) + CENTRE, QUARTERS * (box.top + int(row)) + CENTRE)
        for row, column in pixels[stops]
    ]
    return Way(tuple(points), tuple(radii))


def longest_way(skeleton: Pixels, depth: Floats) -> Pixels:
    """The longest of the shortest ways between the ends of a skeleton, in that part of it which lies deepest.

    skeleton: at least one pixel. depth: float32, HxW.
    """
    graph = _neighbours(skeleton, depth.shape)
    start = int(np.argmax(depth[skeleton[:, 0], skeleton[:, 1]]))
    first = _farthest(dijkstra(graph, indices=start))
    distances, before = dijkstra(graph, indices=first, return_predecessors=True)
    way = [_farthest(distances)]
    while way[-1] != first:
        way.append(int(before[way[-1]]))
    return skeleton[way]


def largest_part(mask: Mask) -> Mask | None:
    """The connected region (bool, HxW, over edges and corners) of the most pixels; None if there is none."""
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count < 2:
        return None
    part: Mask = labels == 1 + int(np.argmax(statistics[1:, cv2.CC_STAT_AREA]))
    return part


def large_parts(mask: Mask, fewest: int) -> Mask:
    """What of `mask` (bool, HxW) lies in connected regions of at least `fewest` pixels."""
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    is_large = statistics[:, cv2.CC_STAT_AREA] >= fewest
    is_large[0] = False
    large: Mask = is_large[labels]
    return large


def _largest_first(left: Mask, fewest: int) -> Iterator[Mask]:
    """Parts of `left`, from which whoever asks takes away what is done."""
    while (part := largest_part(left)) is not None and np.count_nonzero(part) >= fewest:
        yield part


def _closed(mask: Mask, join: int) -> Mask:
    """Places that a hand does not tell apart, joined."""
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, _disc(join)) > 0)


def _disc(radius: int) -> npt.NDArray[np.uint8]:
    disc: npt.NDArray[np.uint8] = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return disc


def _neighbours(pixels: Pixels, shape: tuple[int, ...]) -> csr_matrix:
    """The graph of neighbours over edges and corners, with their distances."""
    index = np.full((shape[0] + 2, shape[1] + 2), -1, np.int64)
    rows, columns = pixels[:, 0] + 1, pixels[:, 1] + 1
    index[rows, columns] = np.arange(len(pixels))
    starts, ends, lengths = [], [], []
    for down, right in ((0, 1), (1, -1), (1, 0), (1, 1)):
        there = index[rows + down, columns + right]
        found = np.flatnonzero(there >= 0)
        starts += [found, there[found]]
        ends += [there[found], found]
        lengths.append(np.full(2 * len(found), np.hypot(down, right)))
    edges = (np.concatenate(starts), np.concatenate(ends))
    return csr_matrix((np.concatenate(lengths), edges), shape=(len(pixels), len(pixels)))


def _farthest(distances: npt.NDArray[np.float64]) -> int:
    return int(np.argmax(np.where(np.isfinite(distances), distances, -1)))
