"""The class of prices that an image belongs to, by its tags and by how much of its subject is unknown.

Complexity (outcomes.complexity) is unknown pixels per pixel of the subject. How well it tells what a vendor would ask
was measured on 49 photos with mattes, sorted into the three classes by eye (benchmarks/complexity_classes.py), with the
band of 1 % that drafts have:

- Above 0.75 lie 7 of the 27 photos with hair or glass: vases, a splash, a web, blossoms, leaves and threads. No other
  photo does.
- The other 20 lie between 0.18 and 0.45, as clear outlines do (0.16 to 0.44). Of a photo with hair or glass and one
  without, the former is the more complex one in 55 of 100 pairs, a coin's toss: the band around a subject is as wide
  as whoever draws it makes it, and a small subject has more edge than a large one.
- 42 product photos, as they are drafted, lie at 0.08 to 0.77, nine in ten below 0.5.

So the starting card begins its second class at 0.5 and its third at 0.75, where a plain product seldom is, and leaves
hair to tags. Hair without a tag then passes for cheaper outside than it is, which makes the saving smaller, not larger.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Protocol

from annotation_store.money.rate_card import PriceClass, RateCard


class Classified(Protocol):
    """What an image's class depends on."""

    @property
    def complexity(self) -> float: ...

    @property
    def tags(self) -> tuple[str, ...]: ...


def class_of(card: RateCard, complexity: float, tags: Iterable[str] = ()) -> PriceClass:
    """By the tags, if a class of the card names one of them, whatever its case: the last such class. Else by the
    complexity: the last class that begins at it or below."""
    return card.classes[_Sorter(card).place(complexity, tags)]


def classes_of(card: RateCard, images: Sequence[Classified]) -> list[int]:
    """The places of the images' classes on the card."""
    sorter = _Sorter(card)
    return [sorter.place(image.complexity, image.tags) for image in images]


class _Sorter:
    def __init__(self, card: RateCard) -> None:
        self._edges = [each.from_complexity for each in card.classes]
        self._by_tag = {tag.casefold(): place for place, each in enumerate(card.classes) for tag in each.tags}

    def place(self, complexity: float, tags: Iterable[str]) -> int:
        named = [self._by_tag[key] for tag in tags if (key := tag.casefold()) in self._by_tag]
        return max(named) if named else bisect_right(self._edges, complexity) - 1
