import pytest

from annotation_store.money.currencies import Currency, written


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1234.5, Currency.JPY, "¥1,234"),
        (0.614, Currency.USD, "$0.61"),
        (1234567, Currency.USD, "$1,234,567"),
        (999.5, Currency.USD, "$999.50"),
        (-3.5, Currency.EUR, "−€3.50"),
        (0, Currency.JPY, "¥0"),
        (0, Currency.USD, "$0.00"),
    ],
)
def test_amounts_are_written_with_the_decimals_of_their_currency(amount: float, currency: Currency, text: str) -> None:
    assert written(amount, currency) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(0.00123, Currency.USD, "$0.0012"), (0.31, Currency.JPY, "¥0.31"), (-0.0004, Currency.EUR, "−€0.00040")],
)
def test_what_is_less_than_the_smallest_coin_does_not_pass_for_nothing(
    amount: float, currency: Currency, text: str
) -> None:
    assert written(amount, currency) == text
