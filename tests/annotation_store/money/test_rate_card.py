import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.events import recent_events
from annotation_store.money.currencies import Currency
from annotation_store.money.rate_card import (
    AMOUNTS,
    STARTING_CARD,
    InvalidRateCardError,
    PriceClass,
    RateCard,
    current_card,
    in_currency,
    keep_card,
)
from annotation_store.store import Store

SIMPLE, MEDIUM, HARD = STARTING_CARD.classes


def test_the_starting_card_has_the_prices_of_the_trade_in_dollars() -> None:
    assert STARTING_CARD.currency is Currency.USD
    assert [(each.low, each.high) for each in STARTING_CARD.classes] == [(0.5, 2.0), (2.0, 5.0), (6.0, 15.0)]


def test_a_card_comes_back_from_json_as_it_was() -> None:
    assert RateCard.from_json(json.loads(json.dumps(STARTING_CARD.as_json()))) == STARTING_CARD


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"operator_wage": -1.0}, "operator wage is -1"),
        ({"watts": float("nan")}, "watts is nan"),
        ({"machine_months": 0.0}, "above 0"),
        ({"gpu_speed": 0.0}, "above 0"),
        ({"setup_cost": 1e15}, "at most"),
        ({"exchange": {Currency.USD: 1.0, Currency.EUR: 0.9}}, "JPY is missing"),
        ({"exchange": {Currency.USD: 2.0, Currency.EUR: 0.9, Currency.JPY: 150.0}}, "leave the rate of USD at 1"),
        ({"exchange": {Currency.USD: 1.0, Currency.EUR: 0.0, Currency.JPY: 150.0}}, "above 0"),
        ({"classes": ()}, "1 to 20 classes"),
        ({"classes": (replace(SIMPLE, name=" "),)}, "a name"),
        ({"classes": (SIMPLE, replace(MEDIUM, name="Simple"))}, "one name"),
        ({"classes": (replace(SIMPLE, from_complexity=0.1),)}, "at a complexity of 0"),
        ({"classes": (SIMPLE, HARD, MEDIUM)}, "do not follow each other"),
        ({"classes": (replace(SIMPLE, low=3.0),)}, "above the upper one"),
        ({"classes": (replace(SIMPLE, low=-1.0),)}, "lower price of “simple” is -1"),
        ({"classes": (replace(SIMPLE, tags=("",)),)}, "empty"),
        ({"classes": (replace(SIMPLE, tags=("HAIR",)), HARD)}, "in two classes"),
    ],
)
def test_a_card_that_cannot_be_is_refused_and_says_why(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRateCardError, match=told):
        replace(STARTING_CARD, **changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"watts": "much"}, "watts"),
        ({"currency": "GBP"}, "currency"),
        ({"classes": [{"name": "simple"}]}, "from_complexity"),
        ({"watts": -3}, "The watts is -3"),
    ],
)
def test_json_that_is_no_card_is_refused_in_plain_words(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRateCardError, match=told):
        RateCard.from_json({**STARTING_CARD.as_json(), **changes})


def test_json_that_lacks_a_field_is_refused() -> None:
    values = STARTING_CARD.as_json()
    del values["watts"]
    with pytest.raises(InvalidRateCardError, match="watts"):
        RateCard.from_json(values)


def test_the_newest_card_counts_and_older_ones_stay(store: Store) -> None:
    assert current_card(store) == STARTING_CARD
    dearer = replace(STARTING_CARD, operator_wage=25.0)
    first = keep_card(store, dearer, by="ren")
    second = keep_card(store, replace(dearer, watts=90.0), by="mika")
    assert current_card(store) == replace(dearer, watts=90.0)
    assert RateCard.from_json(first.card) == dearer
    assert (first.created_by, second.created_by) == ("ren", "mika")
    assert second.id > first.id


def test_the_audit_trail_tells_what_became_different(store: Store) -> None:
    keep_card(store, replace(STARTING_CARD, operator_wage=25.0), by="ren")
    event = recent_events(store)[0]
    assert (event.actor, event.action) == ("ren", "rate_card.changed")
    assert event.data["changes"] == {"operator_wage": [18.0, 25.0]}


def test_the_same_card_once_more_is_no_change(store: Store) -> None:
    card = replace(STARTING_CARD, operator_wage=25.0)
    first = keep_card(store, card, by="ren")
    assert keep_card(store, card, by="mika") == first
    assert len([event for event in recent_events(store) if event.action == "rate_card.changed"]) == 1


def test_amounts_are_changed_into_another_currency_by_the_rates_of_the_card() -> None:
    card = in_currency(STARTING_CARD, Currency.JPY)
    assert card.currency is Currency.JPY
    assert card.operator_wage == 18 * 150
    assert card.classes[0] == PriceClass("simple", 0.0, 75.0, 300.0)
    assert (card.watts, card.gpu_speed, card.machine_months, card.outside_extra) == (150.0, 10.0, 36.0, 1.0)


@given(st.sampled_from(Currency), st.sampled_from(Currency), st.floats(0.01, 1000), st.floats(0.01, 1000))
def test_over_another_currency_one_gets_to_the_same_amounts(
    one: Currency, other: Currency, yen: float, euros: float
) -> None:
    card = replace(STARTING_CARD, exchange={Currency.USD: 1.0, Currency.JPY: yen, Currency.EUR: euros})
    direct, detour = in_currency(card, one), in_currency(in_currency(card, other), one)
    assert [getattr(detour, name) for name in AMOUNTS] == pytest.approx([getattr(direct, name) for name in AMOUNTS])
    assert detour.classes[2].high == pytest.approx(direct.classes[2].high)
