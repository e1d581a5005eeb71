"""The rate card: what work costs in house and outside, as somebody has written it down.

Every figure of money is calculated from the newest card. Older ones stay, for reports that were made by them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from annotation_store import schema
from annotation_store.errors import StoreError
from annotation_store.events import record_event
from annotation_store.money.currencies import Currency
from annotation_store.records import RateCardRecord
from annotation_store.store import Store
from annotation_store.tags import MAX_TAG

MOST = 1e12
"""Of any number on a card; more is a slip."""
MOST_CLASSES = 20
MAX_CLASS_NAME = 40


class InvalidRateCardError(StoreError, ValueError):
    """A rate card with a number that cannot be; the text names it."""


@dataclass(frozen=True, slots=True)
class PriceClass:
    """What a vendor asks for an image of one kind.

    from_complexity: the least complexity of the class (unknown pixels per pixel of the subject). low, high: between
    which amounts an image costs. tags: an image with one of them is of this class, however complex it is.
    """

    name: str
    from_complexity: float
    low: float
    high: float
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RateCard:
    """Amounts are in `currency`. Raises InvalidRateCardError.

    exchange: units of each currency for one dollar. classes: by their from_complexity, the first from 0.
    operator_wage, reviewer_wage, engineer_wage: for an hour, all included. electricity_price: for a kilowatt-hour.
    watts: of this machine at work. cloud_gpu_hour: price of one. gpu_speed: how many times as fast as this machine it
    is. machine_price, machine_months: what this machine cost, and over how many months that is spread.
    upkeep_hours_per_month: an engineer's. setup_cost: once, before anything is saved. outside_extra: own minutes for
    each outsourced image, to order and to check it, at the reviewer's wage.
    """

    currency: Currency
    exchange: Mapping[Currency, float]
    classes: tuple[PriceClass, ...]
    operator_wage: float
    reviewer_wage: float
    electricity_price: float
    watts: float
    cloud_gpu_hour: float
    gpu_speed: float
    machine_price: float
    machine_months: float
    upkeep_hours_per_month: float
    engineer_wage: float
    setup_cost: float
    outside_extra: float

    def __post_init__(self) -> None:
        for name in (*AMOUNTS, "watts", "upkeep_hours_per_month", "outside_extra"):
            _check_number(getattr(self, name), called=_in_words(name))
        for name in ("gpu_speed", "machine_months"):
            _check_number(getattr(self, name), called=_in_words(name), above=True)
        self._check_exchange()
        self._check_classes()

    @property
    def machine_per_month(self) -> float:
        """What this machine costs in a month, at work or not."""
        return self.machine_price / self.machine_months

    @property
    def upkeep_per_month(self) -> float:
        """What an engineer's care for the studio costs in a month."""
        return self.upkeep_hours_per_month * self.engineer_wage

    def as_json(self) -> dict[str, Any]:
        """What `from_json` takes."""
        told: dict[str, Any] = _CARD.dump_python(self, mode="json")
        return told

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "RateCard":
        """Raises InvalidRateCardError."""
        try:
            return _CARD.validate_python(dict(values))
        except ValidationError as error:
            reason = error.errors()[0]
            if isinstance(cause := reason.get("ctx", {}).get("error"), InvalidRateCardError):
                raise cause from error
            where = ".".join(str(part) for part in reason["loc"])
            raise InvalidRateCardError(f"The rate card is not understood ({where}: {reason['msg']}).") from error

    def _check_exchange(self) -> None:
        for currency in Currency:
            if currency not in self.exchange:
                raise InvalidRateCardError(f"The rate of {currency} is missing: say how much of it a dollar is worth.")
            _check_number(self.exchange[currency], called=f"rate of {currency}", above=True)
        if self.exchange[Currency.USD] != 1:
            raise InvalidRateCardError("A dollar is worth one dollar: leave the rate of USD at 1.")

    def _check_classes(self) -> None:
        if not 1 <= len(self.classes) <= MOST_CLASSES:
            raise InvalidRateCardError(f"Prices stand in 1 to {MOST_CLASSES} classes: {len(self.classes)} cannot be.")
        names = [each.name.strip() for each in self.classes]
        if not all(0 < len(name) <= MAX_CLASS_NAME and name.isprintable() for name in names):
            raise InvalidRateCardError(f"A class has a name of 1 to {MAX_CLASS_NAME} letters: give it one.")
        if len({name.casefold() for name in names}) < len(names):
            raise InvalidRateCardError("Two classes have one name: give each a name of its own.")
        edges = [each.from_complexity for each in self.classes]
        for each in self.classes:
            _check_number(each.from_complexity, called=f"complexity from which “{each.name}” begins")
            _check_number(each.low, called=f"lower price of “{each.name}”")
            _check_number(each.high, called=f"upper price of “{each.name}”")
            if each.low > each.high:
                raise InvalidRateCardError(f"The lower price of “{each.name}” is above the upper one: change them.")
            if any(not 0 < len(tag) <= MAX_TAG for tag in each.tags):
                raise InvalidRateCardError(f"A tag of “{each.name}” is empty or longer than {MAX_TAG} letters.")
        if edges[0] != 0 or any(one >= other for one, other in pairwise(edges)):
            raise InvalidRateCardError(
                "The classes do not follow each other: the first begins at a complexity of 0, each other one above the "
                "one before."
            )
        tags = [tag.casefold() for each in self.classes for tag in each.tags]
        if len(set(tags)) < len(tags):
            raise InvalidRateCardError("A tag stands in two classes: leave it in one.")


AMOUNTS = (
    "operator_wage",
    "reviewer_wage",
    "electricity_price",
    "cloud_gpu_hour",
    "machine_price",
    "engineer_wage",
    "setup_cost",
)
"""The fields that are money, beside the prices of the classes."""


def _in_words(field: str) -> str:
    return field.replace("_", " ")


def _check_number(value: float, *, called: str, above: bool = False) -> None:
    if not (math.isfinite(value) and (value > 0 if above else value >= 0) and value <= MOST):
        least = "a number above 0" if above else "0 or more"
        raise InvalidRateCardError(f"The {called} is {value:g}: it has to be {least}, and at most {MOST:,.0f}.")


_CARD: TypeAdapter[RateCard] = TypeAdapter(RateCard)

STARTING_CARD = RateCard(
    currency=Currency.USD,
    exchange={Currency.JPY: 150.0, Currency.USD: 1.0, Currency.EUR: 0.9},
    classes=(
        PriceClass("simple", 0.0, 0.5, 2.0),
        PriceClass("medium", 0.5, 2.0, 5.0),
        PriceClass("hair and glass", 0.75, 6.0, 15.0, tags=("hair", "fur", "glass", "髪", "毛", "ガラス")),
    ),
    operator_wage=18.0,
    reviewer_wage=22.0,
    electricity_price=0.2,
    watts=150.0,
    cloud_gpu_hour=1.0,
    gpu_speed=10.0,
    machine_price=1500.0,
    machine_months=36.0,
    upkeep_hours_per_month=4.0,
    engineer_wage=40.0,
    setup_cost=1500.0,
    outside_extra=1.0,
)
"""What counts until somebody has written down a card of their own.

Only the prices of the three classes are figures of the trade: 0.5 to 2, 2 to 5 and 6 to 15 dollars. From which
complexity a class begins is measured (`complexity.py`). All else is an assumption of a usual size, and is meant to be
replaced by the studio's own: wages, electricity, watts, both machines, upkeep, setup, own minutes, exchange rates.
"""


def current_card(store: Store) -> RateCard:
    """The newest one; the starting one until somebody has kept another."""
    query = select(schema.RateCard.card).order_by(schema.RateCard.id.desc()).limit(1)
    with store.database.read() as session:
        kept = session.scalar(query)
    return STARTING_CARD if kept is None else RateCard.from_json(kept)


def keep_card(store: Store, card: RateCard, *, by: str) -> RateCardRecord:
    """Let `card` count from now on. One that is as the newest kept one adds no row."""
    kept = card.as_json()
    with store.database.write() as session:
        before = session.scalar(select(schema.RateCard).order_by(schema.RateCard.id.desc()).limit(1))
        if before is not None and before.card == kept:
            return RateCardRecord.of(before)
        row = schema.RateCard(card=kept, created_by=by)
        session.add(row)
        session.flush()
        old = STARTING_CARD.as_json() if before is None else before.card
        changes = {name: [old.get(name), value] for name, value in kept.items() if old.get(name) != value}
        record_event(session, actor=by, action="rate_card.changed", data={"rate_card_id": row.id, "changes": changes})
        return RateCardRecord.of(row)


def in_currency(card: RateCard, currency: Currency) -> RateCard:
    """The same card with every amount in `currency`, by the card's own rates."""
    if currency is card.currency:
        return card
    rate = card.exchange[currency] / card.exchange[card.currency]
    return replace(scaled(card, rate), currency=currency)


def scaled(card: RateCard, by: float) -> RateCard:
    """The same card with every amount `by` times as large."""
    classes = tuple(replace(each, low=each.low * by, high=each.high * by) for each in card.classes)
    amounts: dict[str, Any] = {name: getattr(card, name) * by for name in AMOUNTS}
    return replace(card, classes=classes, **amounts)
