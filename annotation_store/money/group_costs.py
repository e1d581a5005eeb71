"""What the images of a group cost in house and outside, and what is saved on them, with ranges and formulas."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotation_store.money.cost import own_minutes_cost
from annotation_store.money.currencies import Currency
from annotation_store.money.figures import Figure, Quantity, Unit, figure
from annotation_store.money.image_groups import Group
from annotation_store.money.rate_card import PriceClass, RateCard
from annotation_store.money.resampling import Floats, range_of

NOTHING = 1e-12
"""A cost below this is none: a share of it would be no figure."""


@dataclass(frozen=True, slots=True)
class GroupCosts:
    """Figures are for one image of the group, None where it has no image or nobody knows the time.

    overhead_share: time on test copies and skipped images, for each second on approved ones. machine, upkeep: the
    share of an image. pace: images a month. is_timed: whether the time of the groups' images is known.
    """

    card: RateCard
    overhead_share: float
    machine: Figure
    upkeep: Figure
    pace: Figure
    is_timed: bool
    confidence: float

    def labour(self, group: Group) -> Figure:
        """Wages for correcting and reviewing it."""
        value, drawn = self._labour(group)
        return self._figure("labour", value, drawn, group, self._seconds(group))

    def overhead(self, group: Group) -> Figure:
        """Wages for the test copies and the skipped images that come with it."""
        value, drawn = self._labour(group)
        if value is None:
            return figure("overhead", None, self.card.currency)
        told = {"labour": self._money(value), "overhead": Quantity(self.overhead_share, Unit.SHARE)}
        drawn = None if drawn is None else drawn * self.overhead_share
        return self._figure("overhead", value * self.overhead_share, drawn, group, told)

    def in_house(self, group: Group) -> Figure:
        """All of that, with its share in the machine and in upkeep."""
        value, drawn = self._in_house(group)
        told = {
            **self._seconds(group),
            "overhead": Quantity(self.overhead_share, Unit.SHARE),
            "machine": self.machine.quantity,
            "upkeep": self.upkeep.quantity,
        }
        return self._figure("in_house", value, drawn, group, told)

    def outside(self, group: Group, price_class: PriceClass | None = None) -> Figure:
        """A vendor's price and the own minutes. price_class: what the group is, if it is one class."""
        value, drawn = self._outside(group)
        own = {
            "minutes": Quantity(self.card.outside_extra, Unit.MINUTES),
            "wage": self._money(self.card.reviewer_wage),
        }
        if price_class is None:
            return self._figure("outside", value, drawn, group, {"price": self._money(group.price), **own})
        ends = {"low": self._money(price_class.low), "high": self._money(price_class.high)}
        return self._figure("outside_class", value, drawn, group, {**ends, **own})

    def saving(self, group: Group) -> Figure:
        """Outside less in house."""
        value, drawn = self._saving(group)
        sides = {"outside": self.outside(group).quantity, "in_house": self.in_house(group).quantity}
        return self._figure("saving", value, drawn, group, sides)

    def saving_share(self, group: Group) -> Figure:
        """The saving as a share of what outside costs; None where that costs nothing."""
        (value, drawn), (outside, prices) = self._saving(group), self._outside(group)
        if value is None or outside is None or outside < NOTHING:
            return figure("saving_share", None, Unit.SHARE)
        if drawn is not None and prices is not None:
            drawn = drawn[prices >= NOTHING] / prices[prices >= NOTHING]
        sides = {"saving": self._money(value), "outside": self._money(outside)}
        return self._figure("saving_share", value / outside, drawn, group, sides, unit=Unit.SHARE)

    def saving_per_month(self, group: Group) -> Figure:
        """The saving at the pace of all images."""
        (value, drawn), pace = self._saving(group), self.pace.value
        if value is None or pace is None:
            return figure("saving_per_month", None, self.card.currency)
        drawn = None if drawn is None else drawn * pace
        told = {"saving": self._money(value), "images": self.pace.quantity}
        return self._figure("saving_per_month", value * pace, drawn, group, told)

    def _labour(self, group: Group) -> tuple[float | None, Floats | None]:
        if not self.is_timed or not group.images:
            return None, None
        return group.labour, None if group.drawn is None else group.drawn.labour

    def _in_house(self, group: Group) -> tuple[float | None, Floats | None]:
        labour, drawn = self._labour(group)
        if labour is None or self.machine.value is None or self.upkeep.value is None:
            return None, None
        times, fixed = 1 + self.overhead_share, self.machine.value + self.upkeep.value
        return labour * times + fixed, None if drawn is None else drawn * times + fixed

    def _outside(self, group: Group) -> tuple[float | None, Floats | None]:
        if not group.images:
            return None, None
        own = own_minutes_cost(self.card)
        return group.price + own, None if group.drawn is None else group.drawn.price + own

    def _saving(self, group: Group) -> tuple[float | None, Floats | None]:
        (in_house, drawn), (outside, prices) = self._in_house(group), self._outside(group)
        if in_house is None or outside is None:
            return None, None
        return outside - in_house, None if drawn is None or prices is None else prices - drawn

    def _seconds(self, group: Group) -> dict[str, Quantity | None]:
        return {
            "correction": Quantity(group.correction, Unit.SECONDS),
            "operator_wage": self._money(self.card.operator_wage),
            "review": Quantity(group.review, Unit.SECONDS),
            "reviewer_wage": self._money(self.card.reviewer_wage),
        }

    def _money(self, amount: float) -> Quantity:
        return Quantity(amount, self.card.currency)

    def _figure(
        self,
        key: str,
        value: float | None,
        drawn: Floats | None,
        group: Group,
        told: Mapping[str, Quantity | None],
        *,
        unit: Currency | Unit | None = None,
    ) -> Figure:
        ends = None
        if value is not None and drawn is not None and len(drawn):
            ends = range_of(drawn, value, images=group.images, confidence=self.confidence)
        return figure(key, value, unit or self.card.currency, told, ends=ends)
