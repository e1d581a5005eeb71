"""Tiles: a large photo in parts that overlap, and their answers blended back into one plane."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import numpy as np

from matting_core.arrays import Floats, Mask
from matting_core.box import Box
from matting_core.cancelling import checkpoint


def tiles(*, width: int, height: int, side: int, grid: int = 2) -> Iterator[Box]:
    """Cores that cover an image of the given size without overlap, row by row.

    side: about how large a core is, in pixels; an image less than half as large again stays whole. grid: left and
    top of every core are multiples of it.
    """
    columns, rows = max(1, round(width / side)), max(1, round(height / side))
    lefts = [grid * round(width * i / columns / grid) for i in range(columns)] + [width]
    tops = [grid * round(height * i / rows / grid) for i in range(rows)] + [height]
    for top, bottom in pairwise(tops):
        for left, right in pairwise(lefts):
            if left < right and top < bottom:
                yield Box(left, top, right, bottom)


def blended(
    wanted: Mask,
    *,
    side: int,
    margin: int,
    fade: int | None = None,
    run: Callable[[Box], Floats],
    grid: int = 2,
    whole: bool = False,
    planes: tuple[int, ...] = (),
    run_together: Callable[[list[Box]], Iterable[Floats]] | None = None,
    at_once: int = 1,
) -> Floats:
    """Run something on every tile that holds a wanted pixel, and blend the answers across their overlaps.

    wanted: bool, HxW. side: of a tile's core; margin: pixels of context around a core, a multiple of `grid`; fade:
    pixels of it, next to the core, across which neighbours are blended, all of them by default; run: float32 values
    of one box (core and margin, clipped to the image; left and top are multiples of `grid`). whole: one tile, however
    large. planes: leading axes of what `run` returns, e.g. (3,) for 3xHxW. run_together: `run` for up to `at_once`
    boxes of one size, for a device that is faster so. Returns float32, HxW behind those axes; 0 in tiles without a
    wanted pixel. Raises Cancelled.
    """
    height, width = wanted.shape
    fade = margin if fade is None else fade
    result, weight = np.zeros((*planes, height, width), np.float32), np.zeros((height, width), np.float32)
    cores = {
        core.grown(margin).clipped(width=width, height=height): core
        for core in tiles(width=width, height=height, side=max(width, height) if whole else side, grid=grid)
        if wanted[core.slices].any()
    }
    for group in _groups(list(cores), at_once if run_together else 1):
        checkpoint()
        answers = run_together(group) if run_together and len(group) > 1 else map(run, group)
        for reach, answer in zip(group, answers, strict=True):
            importance = _importance(reach, cores[reach], fade)
            result[(..., *reach.slices)] += importance * answer
            weight[reach.slices] += importance
    result /= np.maximum(weight, 1e-6)
    return result


def _groups(boxes: list[Box], at_once: int) -> Iterator[list[Box]]:
    """The boxes in groups of one size."""
    by_size: dict[tuple[int, int], list[Box]] = {}
    for box in boxes:
        by_size.setdefault((box.width, box.height), []).append(box)
    for same in by_size.values():
        yield from (same[start : start + at_once] for start in range(0, len(same), at_once))


def _importance(reach: Box, core: Box, fade: int) -> Floats:
    """Weight of each pixel of `reach`: 1 in the core, falling linearly to nearly 0 across `fade` pixels."""

    def axis(low: int, high: int, core_low: int, core_high: int) -> Floats:
        at = np.arange(low, high, dtype=np.float32) + 0.5
        outside = np.maximum(np.maximum(core_low - at, at - core_high), 0)
        weight: Floats = np.clip(1 - outside / max(fade, 1), 1e-3, 1).astype(np.float32)
        return weight

    down, across = (
        axis(reach.top, reach.bottom, core.top, core.bottom),
        axis(reach.left, reach.right, core.left, core.right),
    )
    return down[:, None] * across[None]
