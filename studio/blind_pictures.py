"""What somebody who chooses sees: the photo cut out by one of two mattes, before a background, and nothing else.

Both mattes are always read and composed together, whichever side is asked for, so that neither takes longer than the
other; the file holds pixels and no words.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from annotation_store import gallery
from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.comparisons.comparisons import CHECKER
from annotation_store.comparisons.sides import Side, first_is_left
from annotation_store.records import ComparisonPairRecord, ComparisonRecord
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb
from matting_core.difference import most_different_part
from matting_core.foreground import composite, estimate_foreground
from matting_core.image_io import decode_alpha, encode_display
from matting_core.image_io.levels import eight_bit
from matting_core.linear_light import fitting, resize_alpha, resize_photo

LONGEST_SIDE = 1600
QUALITY = 95
SQUARE = 12
"""Of the checkerboard, in pixels."""
LIGHT, DARK = 255, 204
LEAST_DETAIL, MOST_DETAIL = 160, 640
"""Pixels along the side of a detail; a sixth of the photo in between."""
AROUND = 24
"""Pixels around a detail whose colours the estimate also looks at."""
MOST_KEPT = 6
"""Cut-outs of pairs in memory, as people change the background again and again; some 15 MB each."""
AT_ONCE = threading.BoundedSemaphore(2)
"""Pairs that are cut out at a time: those who draw must not wait for those who choose."""


@dataclass(frozen=True, slots=True)
class CutOut:
    """The subject's own colours (uint8, HxWx3) and its alpha (float32, HxW, [0, 1])."""

    foreground: Rgb
    alpha: Alpha

    def over(self, ground: str) -> Rgb:
        """Before a colour (``#rrggbb``) or the checkerboard: uint8, HxWx3."""
        if ground == CHECKER:
            return composite(self.foreground, self.alpha, _checkerboard(*self.alpha.shape))
        red, green, blue = (int(ground[at : at + 2], 16) for at in (1, 3, 5))
        return composite(self.foreground, self.alpha, (red, green, blue))


class BlindPictures:
    """The pictures of a store's comparisons. Thread-safe; the cut-outs made last are kept in memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, bool], tuple[CutOut, CutOut]] = OrderedDict()

    def picture(
        self,
        comparison: ComparisonRecord,
        pair: ComparisonPairRecord,
        *,
        side: Side,
        person: str,
        ground: str,
        detail: bool,
    ) -> bytes:
        """What this person sees there: JPEG. ground: one of the comparison's. detail: where the two differ most.

        pair: with both mattes. Raises DamagedBlobError.
        """
        first, second = self._cut_outs(pair, detail=detail)
        shown = first if first_is_left(comparison, pair, person) == (side is Side.LEFT) else second
        return encode_display(shown.over(ground), quality=QUALITY)

    def _cut_outs(self, pair: ComparisonPairRecord, *, detail: bool) -> tuple[CutOut, CutOut]:
        key = (pair.id, detail)
        if (kept := self._known(key)) is not None:
            return kept
        with AT_ONCE:
            if (kept := self._known(key)) is None:
                kept = _detail(self._store, pair) if detail else _whole(self._store, pair)
            with self._lock:
                self._kept[key] = kept
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return kept

    def _known(self, key: tuple[int, bool]) -> tuple[CutOut, CutOut] | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)


def _whole(store: Store, pair: ComparisonPairRecord) -> tuple[CutOut, CutOut]:
    rgb, first, second = _planes(store, pair)
    height, width = first.shape
    width, height = fitting(width, height, longest_side=LONGEST_SIDE)
    small = resize_photo(rgb, width=width, height=height)
    one, other = (resize_alpha(alpha, width=width, height=height) for alpha in (first, second))
    return _cut(small, one), _cut(small, other)


def _detail(store: Store, pair: ComparisonPairRecord) -> tuple[CutOut, CutOut]:
    """In the photo's own pixels."""
    rgb, first, second = _planes(store, pair)
    height, width = first.shape
    side = int(np.clip(max(height, width) / 6, LEAST_DETAIL, MOST_DETAIL))
    part = most_different_part(first, second, side=side)
    reach = part.grown(AROUND).clipped(width=width, height=height)
    inner = tuple(
        slice(own.start - wide.start, own.stop - wide.start)
        for own, wide in zip(part.slices, reach.slices, strict=True)
    )

    def cut(alpha: Alpha) -> CutOut:
        whole = _cut(np.ascontiguousarray(rgb[reach.slices]), np.ascontiguousarray(alpha[reach.slices]))
        return CutOut(np.ascontiguousarray(whole.foreground[inner]), np.ascontiguousarray(whole.alpha[inner]))

    return cut(first), cut(second)


def _planes(store: Store, pair: ComparisonPairRecord) -> tuple[Rgb, Alpha, Alpha]:
    assert pair.first_blob is not None  # noqa: S101, see BlindPictures.picture
    assert pair.second_blob is not None  # noqa: S101
    rgb = eight_bit(gallery.load_photo(store, gallery.get_image(store, pair.image_id)).rgb)
    first, second = (
        decode_alpha(store.blobs.get(blob), limits=ALREADY_TAKEN_IN) for blob in (pair.first_blob, pair.second_blob)
    )
    return rgb, first, second


def _cut(rgb: Rgb, alpha: Alpha) -> CutOut:
    return CutOut(estimate_foreground(rgb, alpha), alpha)


def _checkerboard(height: int, width: int) -> Rgb:
    y, x = np.mgrid[:height, :width] // SQUARE
    grey = np.where((x + y) % 2 == 0, LIGHT, DARK).astype(np.uint8)
    board: Rgb = np.repeat(grey[..., None], 3, axis=2)
    return board
