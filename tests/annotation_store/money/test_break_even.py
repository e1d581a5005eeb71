from dataclasses import replace

import pytest
from ledgers import PLAIN_CARD, line

from annotation_store.money.break_even import break_even
from annotation_store.money.figures import Figure, Formula
from annotation_store.money.rate_card import RateCard
from annotation_store.money.saving import CostFigures, cost_figures

COSTS = cost_figures([line(number) for number in range(4)], None, PLAIN_CARD)


def saving(value: float | None, low: float | None = None, high: float | None = None) -> CostFigures:
    return replace(COSTS, saving_per_month=Figure(value, low, high, PLAIN_CARD.currency, Formula("any")))


def setup(cost: float) -> RateCard:
    return replace(PLAIN_CARD, setup_cost=cost)


@pytest.mark.parametrize(
    ("cost", "monthly", "month"), [(1000, 400, 3), (1000, 500, 2), (1000, 5000, 1), (0, 10, 1), (0.3, 0.1, 3)]
)
def test_the_setup_is_paid_at_the_end_of_a_month(cost: float, monthly: float, month: int) -> None:
    told = break_even(saving(monthly), setup(cost))
    assert (told.month.value, told.is_never, told.may_be_never) == (month, False, False)
    assert (told.month.low, told.month.high) == (None, None)


def test_its_range_is_that_of_the_saving() -> None:
    told = break_even(saving(400, 100, 1000), setup(1000))
    assert (told.month.low, told.month.value, told.month.high) == (1, 3, 10)


def test_it_may_never_come_if_the_saving_may_be_a_loss() -> None:
    told = break_even(saving(400, -10, 1000), setup(1000))
    assert (told.month.low, told.month.value, told.month.high) == (1, 3, None)
    assert (told.is_never, told.may_be_never) == (False, True)


@pytest.mark.parametrize("monthly", [0.0, -50.0, 0.001])
def test_without_a_saving_worth_the_name_it_never_comes(monthly: float) -> None:
    told = break_even(saving(monthly, monthly - 1, monthly), setup(1000))
    assert (told.month.value, told.is_never, told.may_be_never) == (None, True, True)
    assert told.month.formula.key == "break_even_never"


def test_nothing_is_told_as_long_as_the_saving_is_not_known() -> None:
    told = break_even(cost_figures([], None, PLAIN_CARD), PLAIN_CARD)
    assert (told.month.value, told.is_never, told.may_be_never) == (None, False, False)
    assert told.month.formula.key == "unknown"


def test_from_the_ledger_to_the_month_by_hand() -> None:
    """1000 images a month, 1.00 labour + 0.10 machine + 0.10 upkeep each, against 2.60 outside: 1400 saved a month."""
    lines = [line(number) for number in range(4)]
    told = break_even(cost_figures(lines, None, PLAIN_CARD, images_per_month=1000), setup(5000))
    assert told.saving_per_month.value == pytest.approx(1400)
    assert told.month.value == 4
