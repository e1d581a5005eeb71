"""The soft brush: alpha painted where a model's is visibly wrong and the truth is neither 0 nor 1."""

import numpy as np

from matting_core.arrays import Alpha, Mask
from matting_core.edits.marks import Marks
from matting_core.edits.soft_stroke import SoftStroke
from training.operator.hand import Hand, largest_part, way_through

LEVELS = 4
"""The truth is painted in so many steps between 0 and 1, each in a place of its own."""

HARDNESS, FLOW = 60, 100

RIM = 3
"""Quarter pixels that a soft brush is wider than the place, for its rim."""

LARGER = 3
"""A place must be so many times larger than the smallest one that is seen: nobody paints alpha hair by hair."""

GAIN = 0.1
"""A stroke must bring alpha nearer to the truth by so much, over the pixels of its place."""


def soften(marks: Marks, model: Alpha, truth: Alpha, wrong: Mask, *, hand: Hand, most: int) -> list[SoftStroke]:
    """Paint `marks` by strokes of the soft brush, each of which brings what is shown nearer to the truth.

    model: float32, HxW, [0, 1], the alpha below `marks`. wrong: bool, HxW, what is to be painted. most: strokes that
    anybody has the patience for. Returns the strokes, the largest places first.
    """
    places = _places(wrong, truth, hand)
    strokes: list[SoftStroke] = []
    for place in places:
        if len(strokes) == most:
            break
        way = way_through(place, allowed=place, widest=hand.widest)
        value = round(255 * float(truth[place].mean()))
        stroke = SoftStroke(value, HARDNESS, FLOW, max(way.radii) + RIM, way.points)
        if _helps(stroke, marks, model, truth, least=GAIN * np.count_nonzero(place)):
            strokes.append(stroke)
    return strokes


def _places(wrong: Mask, truth: Alpha, hand: Hand) -> list[Mask]:
    """Connected places of about one alpha, the largest first."""
    level = np.rint(truth * LEVELS).astype(np.int8)
    places: list[tuple[int, Mask]] = []
    for each in range(LEVELS + 1):
        left = wrong & (level == each)
        while (part := largest_part(left)) is not None and (size := np.count_nonzero(part)) >= LARGER * hand.fewest:
            places.append((int(size), part))
            left &= ~part
    return [part for _, part in sorted(places, key=lambda place: -place[0])]


def _helps(stroke: SoftStroke, marks: Marks, model: Alpha, truth: Alpha, *, least: float) -> bool:
    """Apply a stroke, and take it back where alpha does not come nearer to the truth by `least` in all."""
    box = stroke.reach(marks.whole)
    before = marks.cover(box)
    error = _error(marks.shown(model[box.slices], box), truth[box.slices])
    stroke.apply(marks)
    if error - _error(marks.shown(model[box.slices], box), truth[box.slices]) >= least:
        return True
    marks.put_back(before)
    return False


def _error(shown: Alpha, truth: Alpha) -> float:
    return float(np.abs(shown - truth).sum())
