"""From which month on the studio has saved what it cost to set up."""

import math
from dataclasses import dataclass

from annotation_store.money.figures import Figure, Formula, Quantity, Unit, figure
from annotation_store.money.rate_card import RateCard
from annotation_store.money.saving import CostFigures

MOST_MONTHS = 1200
"""What takes longer never comes."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """month: at the end of which the setup is paid, 1 is the first; its value is None if that never comes (`is_never`)
    or if too little is known. Its low and high belong to the ends of the saving's range, and are None, both, where that
    has none; high is None, too, where it may never come (`may_be_never`), and both where even the best end never comes.
    """

    month: Figure
    setup_cost: Figure
    saving_per_month: Figure
    is_never: bool
    may_be_never: bool


def break_even(costs: CostFigures, card: RateCard) -> BreakEven:
    """At the pace of `costs`, which are by the same card."""
    saving, setup = costs.saving_per_month, card.setup_cost
    month = _month_of(setup, saving.value)
    low, high = _month_of(setup, saving.high), _month_of(setup, saving.low)
    is_never = saving.value is not None and month is None
    told = {"setup": Quantity(setup, card.currency), "saving": saving.quantity}
    formula = figure("break_even", month, Unit.MONTHS, told).formula
    if is_never and saving.quantity is not None:
        formula = Formula("break_even_never", {"saving": saving.quantity})
    return BreakEven(
        month=Figure(month, low, high, Unit.MONTHS, formula),
        setup_cost=figure("setup", setup, card.currency),
        saving_per_month=saving,
        is_never=is_never,
        may_be_never=saving.low is not None and high is None,
    )


def _month_of(setup: float, saving: float | None) -> float | None:
    if saving is None or saving <= 0 or setup > saving * MOST_MONTHS:
        return None
    return float(max(1, math.ceil(setup / saving * (1 - 1e-12))))
