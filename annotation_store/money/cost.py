"""What an image costs: made in house, and ordered outside."""

from dataclasses import dataclass
from typing import Protocol

from annotation_store.insights.time_figures import Hours
from annotation_store.money.complexity import Classified, class_of
from annotation_store.money.currencies import Currency
from annotation_store.money.pace import Approved
from annotation_store.money.rate_card import PriceClass, RateCard

SECONDS_PER_HOUR = 3600.0
MINUTES_PER_HOUR = 60.0


class CostedLine(Classified, Approved, Protocol):
    """What of a ledger's line costs depend on."""

    @property
    def image_id(self) -> int: ...

    @property
    def correction_seconds(self) -> float | None: ...

    @property
    def review_seconds(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class ImageCost:
    """One image, in `currency`. labour: in house, of its own correction and review; None where its time is not known.
    price_class: its class outside. outside: at the middle of that class's prices, own minutes included.
    """

    image_id: int
    currency: Currency
    labour: float | None
    price_class: str
    outside: float


def image_cost(line: CostedLine, card: RateCard) -> ImageCost:
    """Of one line of the ledger."""
    price_class = class_of(card, line.complexity, line.tags)
    return ImageCost(
        image_id=line.image_id,
        currency=card.currency,
        labour=labour_cost(card, line.correction_seconds, line.review_seconds),
        price_class=price_class.name,
        outside=outside_cost(card, price_class),
    )


def labour_cost(card: RateCard, correction_seconds: float | None, review_seconds: float | None) -> float | None:
    """Wages for correcting and reviewing; None where neither time is known. One alone that is not known counts as 0."""
    if correction_seconds is None and review_seconds is None:
        return None
    wages = (correction_seconds or 0.0) * card.operator_wage + (review_seconds or 0.0) * card.reviewer_wage
    return wages / SECONDS_PER_HOUR


def outside_cost(card: RateCard, price_class: PriceClass, *, where: float = 0.5) -> float:
    """One image from a vendor whose price lies at `where` between the lower (0) and the upper one (1), and the own
    minutes that it takes."""
    price = price_class.low + where * (price_class.high - price_class.low)
    return price + own_minutes_cost(card)


def own_minutes_cost(card: RateCard) -> float:
    """What ordering and checking an outsourced image costs."""
    return card.outside_extra * card.reviewer_wage / MINUTES_PER_HOUR


def overhead_of(hours: Hours | None) -> float:
    """Work on test copies and on skipped images, for each second on approved ones; 0 where nothing is known."""
    if hours is None or hours.on_approved <= 0:
        return 0.0
    return (hours.on_copies + hours.on_skipped) / hours.on_approved
