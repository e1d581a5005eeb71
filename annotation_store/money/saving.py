"""What is saved by making images in house instead of ordering them outside.

The same images on both sides: those whose working time is known. Their labour is drawn anew image by image, the prices
outside class by class (`resampling.py`). What the ranges do not hold: people who come and go, rates that are wrong on
the card, machines and upkeep, which are taken as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation_store.insights.time_figures import Hours
from annotation_store.money.complexity import classes_of
from annotation_store.money.cost import CostedLine, overhead_of
from annotation_store.money.currencies import Currency
from annotation_store.money.figures import Figure, Quantity, Unit, figure
from annotation_store.money.group_costs import GroupCosts
from annotation_store.money.image_groups import group_by_class
from annotation_store.money.machine_cost import MachineFigures
from annotation_store.money.pace import Approved, months_of
from annotation_store.money.rate_card import RateCard
from annotation_store.money.resampling import CONFIDENCE


@dataclass(frozen=True, slots=True)
class ClassCost:
    """The images of one class of prices. seconds: mean of correction and review, of those whose time is known.
    in_house, outside, saving: for one image of the class."""

    name: str
    images: int
    timed_images: int
    seconds: float | None
    in_house: Figure
    outside: Figure
    saving: Figure


@dataclass(frozen=True, slots=True)
class CostFigures:
    """Amounts are for one image unless the name says otherwise.

    images: approved ones. timed_images: those of them whose working time is known; all means are over these, but
    `outside` is over all images if none is. labour, overhead, machine, upkeep: add up to in_house. overhead: time on
    test copies and on skipped images. saving: outside less in_house; a loss is below zero. saving_share: of outside.
    saving_per_month: at images_per_month, as if the other images saved alike.
    """

    currency: Currency
    images: int
    timed_images: int
    images_per_month: Figure
    labour: Figure
    overhead: Figure
    machine: Figure
    upkeep: Figure
    in_house: Figure
    outside: Figure
    saving: Figure
    saving_share: Figure
    saving_per_month: Figure
    by_class: tuple[ClassCost, ...]

    @property
    def untimed_images(self) -> int:
        """Approved images whose time nobody knows: in bulk, by a script, or before times were kept."""
        return self.images - self.timed_images


def cost_figures(
    lines: Sequence[CostedLine],
    hours: Hours | None,
    card: RateCard,
    machine: MachineFigures | None = None,
    *,
    images_per_month: float | None = None,
    confidence: float = CONFIDENCE,
) -> CostFigures:
    """Of these lines of the ledger, in the card's currency.

    hours: of the same period; None leaves out test copies and skipped images. machine: of the same period, for the
    whole studio and in the card's currency; None, or one without any work, leaves out electricity. images_per_month:
    over which machine and upkeep are spread, the studio's; None for the pace of the lines themselves. confidence: of
    the ranges.
    """
    timed = [line for line in lines if line.correction_seconds is not None or line.review_seconds is not None]
    pace = _pace(lines, images_per_month)
    costs = GroupCosts(
        card=card,
        overhead_share=overhead_of(hours),
        machine=_machine(card, machine, pace),
        upkeep=_upkeep(card, pace),
        pace=pace,
        is_timed=bool(timed),
        confidence=confidence,
    )
    whole, groups = group_by_class(timed or lines, card)
    places = classes_of(card, lines)
    return CostFigures(
        currency=card.currency,
        images=len(lines),
        timed_images=len(timed),
        images_per_month=pace,
        labour=costs.labour(whole),
        overhead=costs.overhead(whole),
        machine=costs.machine,
        upkeep=costs.upkeep,
        in_house=costs.in_house(whole),
        outside=costs.outside(whole),
        saving=costs.saving(whole),
        saving_share=costs.saving_share(whole),
        saving_per_month=costs.saving_per_month(whole),
        by_class=tuple(
            ClassCost(
                name=price_class.name,
                images=places.count(place),
                timed_images=group.images if timed else 0,
                seconds=group.correction + group.review if timed and group.images else None,
                in_house=costs.in_house(group),
                outside=costs.outside(group, price_class),
                saving=costs.saving(group),
            )
            for place, (price_class, group) in enumerate(zip(card.classes, groups, strict=True))
        ),
    )


def _pace(lines: Sequence[Approved], given: float | None) -> Figure:
    """Images in a month."""
    if given is not None:
        return figure("pace_given", given, Unit.IMAGES)
    if not lines:
        return figure("pace", None, Unit.IMAGES)
    images, months = len(lines), months_of(lines)
    counted = {"images": Quantity(images, Unit.IMAGES), "months": Quantity(months, Unit.MONTHS)}
    return figure("pace", images / months, Unit.IMAGES, counted)


def _machine(card: RateCard, machine: MachineFigures | None, pace: Figure) -> Figure:
    """This machine's share in an image."""
    if not pace.value:
        return figure("machine_share", None, card.currency)
    measured = None if machine is None else machine.here_per_month.value
    monthly = card.machine_per_month if measured is None else measured
    told = Quantity(monthly, card.currency)
    return figure("machine_share", monthly / pace.value, card.currency, {"monthly": told, "images": pace.quantity})


def _upkeep(card: RateCard, pace: Figure) -> Figure:
    """The share of the studio's care in an image."""
    if not pace.value:
        return figure("upkeep_share", None, card.currency)
    told = {
        "hours": Quantity(card.upkeep_hours_per_month, Unit.HOURS),
        "wage": Quantity(card.engineer_wage, card.currency),
        "images": pace.quantity,
    }
    return figure("upkeep_share", card.upkeep_per_month / pace.value, card.currency, told)
