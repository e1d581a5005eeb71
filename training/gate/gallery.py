"""The images that a candidate spoils or improves the most, drawn while they are in memory."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, TypeVar

import cv2
import numpy as np

from matting_core.arrays import Alpha, Floats, Rgb, Trimap
from matting_core.box import Box
from matting_core.image_io import eight_bit, encode_rgb
from training.gate.comparison import JudgedExample

COUNT = 4
PANEL = 297  # pixels along the longest side of a panel: four of them and their gaps are 1200 wide
GAP = 4
GAP_LEVEL = 128
SEARCH_SIDE = 512  # pixels: where the models differ the most shows in a small copy
VIEW_SHARE = 0.25  # of the photo's longer side, at least PANEL pixels, is what a picture shows


class Comparable(Protocol):
    """`ImageComparison` and `DraftComparison` are such. worsening: by how much the deciding error grew."""

    @property
    def image_id(self) -> int: ...
    @property
    def worsening(self) -> float: ...


Kind = TypeVar("Kind", bound=Comparable)


@dataclass(frozen=True, slots=True, eq=False)
class Exhibit:
    """One image of the gallery. picture: PNG, at most 1200 pixels wide; see `draw_comparison`."""

    comparison: Comparable
    picture: bytes


class Gallery:
    """Is shown every image with its alphas, and keeps pictures of the worst and the best alone."""

    def __init__(self, count: int = COUNT) -> None:
        """count: of images on either side."""
        self._count = count
        self._exhibits: dict[int, Exhibit] = {}

    def show(
        self, comparison: Comparable, example: JudgedExample, live: Alpha | Trimap, candidate: Alpha | Trimap
    ) -> None:
        """Draw the image if it belongs among those shown so far, and let go of what does not any more."""
        shown = [exhibit.comparison for exhibit in self._exhibits.values()]
        kept = {image.image_id for side in worst_and_best([*shown, comparison], self._count) for image in side}
        if comparison.image_id in kept:
            picture = draw_comparison(example, live=live, candidate=candidate)
            self._exhibits[comparison.image_id] = Exhibit(comparison, picture)
        self._exhibits = {number: exhibit for number, exhibit in self._exhibits.items() if number in kept}

    @property
    def regressions(self) -> tuple[Exhibit, ...]:
        """The worst first."""
        return self._side(0)

    @property
    def gains(self) -> tuple[Exhibit, ...]:
        """The best first."""
        return self._side(1)

    def _side(self, side: int) -> tuple[Exhibit, ...]:
        images = worst_and_best([exhibit.comparison for exhibit in self._exhibits.values()], self._count)[side]
        return tuple(self._exhibits[image.image_id] for image in images)


def worst_and_best(comparisons: Collection[Kind], count: int = COUNT) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """(regressions, gains): up to `count` images whose deciding error grew, and fell, the most; the largest change
    first."""
    grown = sorted(comparisons, key=lambda comparison: (-comparison.worsening, comparison.image_id))
    fallen = sorted(comparisons, key=lambda comparison: (comparison.worsening, comparison.image_id))
    return (
        tuple(comparison for comparison in grown[:count] if comparison.worsening > 0),
        tuple(comparison for comparison in fallen[:count] if comparison.worsening < 0),
    )


def draw_comparison(example: JudgedExample, *, live: Alpha | Trimap, candidate: Alpha | Trimap) -> bytes:
    """Photo, the live model's answer, the candidate's and the approved one side by side, where the models differ most.

    live, candidate: both alphas, or both trimaps. Returns PNG of 8 bits, RGB, at most 1200 pixels wide.
    """
    approved = example.trimap if live.dtype == np.uint8 else example.alpha
    view = _where_they_differ(cv2.absdiff(live, candidate).astype(np.float32)).slices
    panels = [_panel(eight_bit(example.rgb[view]))]
    panels += [_panel(_grey(plane[view])) for plane in (live, candidate, approved)]
    gap = np.full((panels[0].shape[0], GAP, 3), GAP_LEVEL, np.uint8)
    return encode_rgb(cv2.hconcat([panels[0], *(part for panel in panels[1:] for part in (gap, panel))]))


def _where_they_differ(apart: Floats) -> Box:
    """The square, clipped to the photo, that holds the most of `apart` (float32, HxW), about."""
    height, width = apart.shape
    side = max(PANEL, round(VIEW_SHARE * max(height, width)))
    across, down = min(side, width), min(side, height)
    scale = min(1.0, SEARCH_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(apart, size, interpolation=cv2.INTER_AREA)
    columns, rows = (min(max(1, round(span * scale)), most) for span, most in zip((across, down), size, strict=True))
    sums = cv2.integral(small, sdepth=cv2.CV_64F)
    held = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns]
    top, left = (int(place / scale) for place in np.unravel_index(int(held.argmax()), held.shape))
    left, top = min(left, width - across), min(top, height - down)
    return Box(left, top, left + across, top + down)


def _panel(picture: Rgb) -> Rgb:
    """Shrunk to fit; never enlarged."""
    height, width = picture.shape[:2]
    scale = PANEL / max(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small: Rgb = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return small


def _grey(plane: Alpha | Trimap) -> Rgb:
    """An alpha or a trimap as a picture: uint8, HxWx3."""
    levels = plane if plane.dtype == np.uint8 else cv2.convertScaleAbs(plane, alpha=255)
    grey: Rgb = cv2.cvtColor(levels, cv2.COLOR_GRAY2RGB)
    return grey
