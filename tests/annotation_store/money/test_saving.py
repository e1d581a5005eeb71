import math
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import BEGAN, PLAIN_CARD, a_month_of, line, worked

from annotation_store.insights.ledger import LedgerLine
from annotation_store.money.cost import image_cost
from annotation_store.money.currencies import Currency
from annotation_store.money.figures import Figure
from annotation_store.money.rate_card import STARTING_CARD, PriceClass, RateCard, in_currency, scaled
from annotation_store.money.saving import CostFigures, cost_figures

TWO = a_month_of(line(1), line(2, correction=200.0, review=150.0, tags=("hair",)))
"""Labour: (100 s x 18 + 50 s x 36) / 3600 = 1.00 and (200 s x 18 + 150 s x 36) / 3600 = 2.50, 1.75 on average."""

times = st.floats(1, 5000)
some_lines = st.lists(
    st.builds(line, correction=times, review=times, complexity=st.floats(0, 1)), min_size=2, max_size=12
)


def test_the_costs_of_two_images_are_those_calculated_by_hand() -> None:
    hours = worked(on_approved=400.0, on_copies=60.0, on_skipped=40.0)
    told = cost_figures(TWO, hours, PLAIN_CARD)
    assert told.images_per_month.value == pytest.approx(2.0)
    assert told.labour.value == pytest.approx(1.75)
    assert told.overhead.value == pytest.approx(1.75 * 100 / 400)
    assert told.machine.value == pytest.approx(100 / 2)
    assert told.upkeep.value == pytest.approx(2 * 50 / 2)
    assert told.in_house.value == pytest.approx(1.75 + 0.4375 + 50 + 50)
    assert told.outside.value == pytest.approx((2 + 8) / 2 + 0.60)
    assert told.saving.value == pytest.approx(5.60 - 102.1875)
    assert told.saving_share.value == pytest.approx(-96.5875 / 5.60)
    assert told.saving_per_month.value == pytest.approx(-96.5875 * 2)


def test_each_class_is_told_by_itself() -> None:
    simple, hard = cost_figures(TWO, None, PLAIN_CARD, images_per_month=1000).by_class
    assert [(each.name, each.images, each.timed_images, each.seconds) for each in (simple, hard)] == [
        ("simple", 1, 1, 150.0),
        ("hard", 1, 1, 350.0),
    ]
    assert hard.in_house.value == pytest.approx(2.50 + 0.1 + 0.1)
    assert hard.outside.value == pytest.approx(8.60)
    assert hard.saving.value == pytest.approx(8.60 - 2.70)


def test_a_formula_can_be_calculated_again() -> None:
    hours = worked(on_approved=400.0, on_copies=100.0)
    formula = cost_figures(TWO, hours, PLAIN_CARD, images_per_month=1000).in_house.formula
    assert formula.key == "in_house"
    told = {name: quantity.value for name, quantity in formula.values.items()}
    wages = (told["correction"] * told["operator_wage"] + told["review"] * told["reviewer_wage"]) / 3600
    assert wages * (1 + told["overhead"]) + told["machine"] + told["upkeep"] == pytest.approx(told["result"])


def test_images_of_unknown_time_are_counted_and_left_out_of_the_mean() -> None:
    lines = [*TWO, line(3, correction=None, review=None, complexity=0.9)]
    told, without = (cost_figures(some, None, PLAIN_CARD, images_per_month=100) for some in (lines, TWO))
    assert (told.images, told.timed_images, told.untimed_images) == (3, 2, 1)
    assert told.in_house == without.in_house
    assert told.outside == without.outside
    assert [each.images for each in told.by_class] == [1, 2]
    assert [each.timed_images for each in told.by_class] == [1, 1]


def test_without_any_known_time_only_the_price_outside_is_told() -> None:
    told = cost_figures([line(correction=None, review=None)] * 2, None, PLAIN_CARD)
    assert told.outside.value == pytest.approx(2.60)
    assert (told.in_house.value, told.saving.value, told.saving_per_month.value) == (None, None, None)
    assert told.by_class[0].seconds is None


def test_a_time_of_one_kind_alone_is_enough() -> None:
    assert cost_figures([line(review=None)], None, PLAIN_CARD).labour.value == pytest.approx(0.50)


def test_without_images_nothing_is_told() -> None:
    told = cost_figures([], None, PLAIN_CARD)
    assert (told.images, told.timed_images) == (0, 0)
    assert all(each.value is None and each.low is None and each.high is None for each in _figures(told))


def test_one_image_has_figures_without_ranges() -> None:
    told = cost_figures([line()], None, PLAIN_CARD)
    assert told.in_house.value is not None
    assert all(each.low is None and each.high is None for each in _figures(told))


def test_what_is_done_in_an_afternoon_is_not_taken_for_the_pace_of_every_afternoon() -> None:
    lines = [line(number, approved_at=BEGAN + timedelta(minutes=number)) for number in range(70)]
    pace = cost_figures(lines, None, PLAIN_CARD).images_per_month
    assert pace.value == pytest.approx(70 / 7 * 365.25 / 12)


def test_where_outside_costs_nothing_there_is_no_share_of_it() -> None:
    free = replace(PLAIN_CARD, classes=(PriceClass("free", 0.0, 0.0, 0.0),), outside_extra=0.0)
    told = cost_figures(TWO, None, free)
    assert told.saving.value is not None
    assert told.saving_share.value is None


def test_a_hundred_thousand_images_have_figures() -> None:
    rng = np.random.default_rng(5)
    some = [line(number, correction=float(seconds)) for number, seconds in enumerate(rng.lognormal(4, 1, 1000))]
    told = cost_figures(some * 100, worked(1.0), PLAIN_CARD)
    assert told.in_house.low is not None
    assert told.in_house.low < (told.in_house.value or 0.0) < (told.in_house.high or 0.0)


def test_one_image_costs_what_the_mean_of_one_costs() -> None:
    cost = image_cost(TWO[1], PLAIN_CARD)
    assert (cost.price_class, cost.currency) == ("hard", Currency.USD)
    assert (cost.labour, cost.outside) == pytest.approx((2.50, 8.60))
    assert image_cost(line(correction=None, review=None), PLAIN_CARD).labour is None


@given(some_lines)
@settings(max_examples=30, deadline=None)
def test_every_value_lies_in_its_range(lines: Sequence[LedgerLine]) -> None:
    for told in _figures(cost_figures(lines, worked(2.0, 1.0), STARTING_CARD)):
        if told.low is not None and told.value is not None and told.high is not None:
            assert told.low <= told.value <= told.high
            assert math.isfinite(told.low)
            assert math.isfinite(told.high)


@given(some_lines, st.floats(0.01, 1000))
@settings(max_examples=20, deadline=None)
def test_the_saving_in_yen_is_that_in_dollars_by_the_rate(lines: Sequence[LedgerLine], rate: float) -> None:
    card = replace(STARTING_CARD, exchange={**STARTING_CARD.exchange, Currency.JPY: rate})
    dollars = cost_figures(lines, None, card)
    yen = cost_figures(lines, None, in_currency(card, Currency.JPY))
    assert yen.currency is Currency.JPY
    assert _ends(yen.saving) == pytest.approx([each * rate for each in _ends(dollars.saving)], rel=1e-6, abs=1e-6)
    assert _ends(yen.saving_share) == pytest.approx(_ends(dollars.saving_share), rel=1e-6, abs=1e-6)


@given(some_lines, st.floats(0.01, 100))
@settings(max_examples=20, deadline=None)
def test_all_amounts_on_the_card_scale_the_saving(lines: Sequence[LedgerLine], by: float) -> None:
    told, more = (cost_figures(lines, None, card) for card in (STARTING_CARD, scaled(STARTING_CARD, by)))
    assert _ends(more.saving_per_month) == pytest.approx(
        [each * by for each in _ends(told.saving_per_month)], rel=1e-6, abs=1e-6
    )


@given(some_lines, st.floats(1.5, 4))
@settings(max_examples=20, deadline=None)
def test_wider_prices_give_a_wider_range_around_the_same_saving(lines: Sequence[LedgerLine], by: float) -> None:
    """By prices between 9 and 11 dollars, which are widened around their middle."""
    told, wider = (cost_figures(lines, None, _priced(10 - wide, 10 + wide)) for wide in (1.0, by))
    assert wider.outside.value == pytest.approx(told.outside.value)
    low, high = told.outside.low, told.outside.high
    assert low is not None
    assert high is not None
    assert (wider.outside.high or 0.0) - (wider.outside.low or 0.0) == pytest.approx(by * (high - low))


def test_wider_prices_give_a_wider_range_of_the_saving() -> None:
    lines = [line(number, correction=30.0 + 5 * number) for number in range(20)]
    widths = []
    for wide in (0.0, 1.0, 3.0, 9.0):
        saving = cost_figures(lines, None, _priced(10 - wide, 10 + wide)).saving
        widths.append((saving.high or 0.0) - (saving.low or 0.0))
    assert widths == sorted(widths)
    assert widths[-1] > 2 * widths[0]


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_nine_ranges_in_ten_hold_the_true_saving(spread: float) -> None:
    """Of 250 small studios with known truth: times are log-normal, a third of the photos is hard, and the vendor's two
    prices lie anywhere in their ranges, `spread` to either side of 3 and 9 dollars. A share of 0.9 then has a standard
    error of 0.02."""
    low, high = np.array([3.0, 9.0]) * (1 - spread), np.array([3.0, 9.0]) * (1 + spread)
    classes = (PriceClass("simple", 0.0, low[0], high[0]), PriceClass("hard", 0.5, low[1], high[1]))
    card = replace(PLAIN_CARD, classes=classes, outside_extra=0.0)
    held = []
    for seed in range(250):
        rng = np.random.default_rng([7, seed])
        seconds, is_hard = rng.lognormal(4.5, 0.7, 60), rng.random(60) < 1 / 3
        lines = [
            line(number, correction=float(each), review=0.0, complexity=float(hard))
            for number, (each, hard) in enumerate(zip(seconds, is_hard, strict=True))
        ]
        prices = low + rng.random(2) * (high - low)
        in_house = math.exp(4.5 + 0.7**2 / 2) * 18 / 3600 + 200 / 1000
        truth = prices[0] * 2 / 3 + prices[1] / 3 - in_house
        saving = cost_figures(lines, None, card, images_per_month=1000).saving
        held.append((saving.low or math.inf) <= truth <= (saving.high or -math.inf))
    assert 0.85 <= np.mean(held) <= 0.95


def _figures(told: CostFigures) -> list[Figure]:
    """All that have a range."""
    everywhere = (getattr(told, field.name) for field in fields(told))
    of_classes = [part for each in told.by_class for part in (each.in_house, each.outside, each.saving)]
    return [each for each in everywhere if isinstance(each, Figure)] + of_classes


def _ends(told: Figure) -> list[float]:
    return [each for each in (told.low, told.value, told.high) if each is not None]


def _priced(low: float, high: float) -> RateCard:
    return replace(PLAIN_CARD, classes=(PriceClass("all", 0.0, low, high),))
