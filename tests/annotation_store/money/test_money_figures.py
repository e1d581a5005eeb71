import json

import pytest

from annotation_store.money.currencies import Currency
from annotation_store.money.figures import UNKNOWN, Figure, Formula, Quantity, Unit, figure

MEAN = {"total": Quantity(30.0, Currency.USD), "images": Quantity(20, Unit.IMAGES)}


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (92.0, Unit.SECONDS, "92 s"),
        (1.5, Unit.MINUTES, "1.5 min"),
        (12.345, Unit.HOURS, "12.3 h"),
        (0.413, Unit.SHARE, "41 %"),
        (0.0213, Unit.SHARE, "2.1 %"),
        (-1.5, Unit.SHARE, "−150 %"),
        (1234567.0, Unit.IMAGES, "1,234,567"),
        (150.0, Unit.WATTS, "150 W"),
        (0.2, Unit.KILOWATT_HOURS, "0.2 kWh"),
        (3.0, Unit.MONTHS, "3"),
        (0.0, Unit.SECONDS, "0 s"),
        (-2.5, Unit.HOURS, "−2.5 h"),
        (0.61, Currency.USD, "$0.61"),
    ],
)
def test_numbers_are_written_with_their_unit(value: float, unit: Unit | Currency, text: str) -> None:
    assert str(Quantity(value, unit)) == text


def test_a_formula_puts_its_numbers_into_the_words_of_a_language() -> None:
    told = figure("mean", 1.5, Currency.USD, MEAN)
    assert told.formula.text_key == "formula_mean"
    assert told.formula.put_into("{total} / {images} = {result}") == "$30.00 / 20 = $1.50"
    assert told.formula.put_into("{images}枚で{total}、1枚{result}") == "20枚で$30.00、1枚$1.50"


def test_a_figure_comes_back_from_json_as_it_was() -> None:
    for told in (figure("mean", 1.5, Currency.USD, MEAN, ends=(1.0, 2.0)), figure("mean", None, Unit.SHARE)):
        assert Figure.from_json(json.loads(json.dumps(told.as_json()))) == told


def test_a_figure_is_unknown_if_something_that_goes_into_it_is() -> None:
    told = figure("mean", 1.5, Currency.USD, {**MEAN, "images": None}, ends=(1.0, 2.0))
    assert told == Figure(None, None, None, Currency.USD, UNKNOWN)
    assert (told.written(), told.range_written(), told.quantity) == ("-", "", None)


def test_a_figure_is_written_with_its_range() -> None:
    told = Figure(0.61, 0.52, 0.7, Currency.USD, Formula("mean"))
    assert (told.written(), told.range_written()) == ("$0.61", "$0.52 – $0.70")
