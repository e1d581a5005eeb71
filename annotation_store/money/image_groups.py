"""Images that are told of together: all of them, and those of each class of prices, as they are and drawn anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotation_store.money.complexity import classes_of
from annotation_store.money.cost import SECONDS_PER_HOUR, CostedLine
from annotation_store.money.rate_card import RateCard
from annotation_store.money.resampling import Floats, price_draws, redrawn


@dataclass(frozen=True, slots=True)
class Drawn:
    """What chance could have made of a group, draw by draw. labour, price: mean amounts of an image."""

    labour: Floats
    price: Floats


@dataclass(frozen=True, slots=True)
class Group:
    """correction, review: mean seconds of an image. labour: the wages for them. price: outside, at the middle of what
    is asked. All four 0 without images. drawn: None for fewer than two images."""

    images: int
    correction: float
    review: float
    labour: float
    price: float
    drawn: Drawn | None


def group_by_class(lines: Sequence[CostedLine], card: RateCard) -> tuple[Group, tuple[Group, ...]]:
    """All images as one group, and a group for each class of the card, in its order. A time that is not known is 0."""
    places = np.array(classes_of(card, lines), np.int64)
    correction = np.array([line.correction_seconds or 0.0 for line in lines], np.float64)
    review = np.array([line.review_seconds or 0.0 for line in lines], np.float64)
    labour = (correction * card.operator_wage + review * card.reviewer_wage) / SECONDS_PER_HOUR
    middles = np.array([(each.low + each.high) / 2 for each in card.classes])
    of_class = [np.flatnonzero(places == place) for place in range(len(card.classes))]
    whole, parts = _drawn(card, [labour[rows] for rows in of_class])

    def group(rows: npt.NDArray[np.int64], drawn: Drawn | None) -> Group:
        columns = (correction, review, labour, middles[places])
        seconds, looked, wages, price = (float(column[rows].mean()) if len(rows) else 0.0 for column in columns)
        return Group(len(rows), seconds, looked, wages, price, drawn)

    groups = tuple(group(rows, drawn) for rows, drawn in zip(of_class, parts, strict=True))
    return group(np.arange(len(lines)), whole), groups


def _drawn(card: RateCard, labour: Sequence[Floats]) -> tuple[Drawn | None, list[Drawn | None]]:
    images = sum(map(len, labour))
    if images < 2:
        return None, [None] * len(labour)
    counts, sums = redrawn(labour)
    low, high = (np.array([getattr(each, end) for each in card.classes]) for end in ("low", "high"))
    prices = low + price_draws(*counts.shape) * (high - low)
    whole = Drawn(sums.sum(1) / images, (counts * prices).sum(1) / images)
    parts: list[Drawn | None] = []
    for place, values in enumerate(labour):
        there = counts[:, place] > 0
        mean = sums[there, place] / counts[there, place]
        parts.append(Drawn(mean, prices[there, place]) if len(values) > 1 else None)
    return whole, parts
