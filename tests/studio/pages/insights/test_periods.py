from datetime import date

import pytest

from studio.pages.insights.periods import NotADateError, Period, days_of

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("period", "first"),
    [
        (Period.FOUR_WEEKS, date(2026, 11, 2)),
        (Period.TWELVE_WEEKS, date(2026, 9, 7)),
        (Period.YEAR, date(2025, 12, 1)),
        (Period.ALL, None),
    ],
)
def test_periods_are_of_whole_weeks_with_this_one(period, first):
    assert days_of(period, "", "", today=THURSDAY) == (first, None)
    assert first is None or first.weekday() == 0


def test_own_dates_are_read_and_may_be_left_open():
    assert days_of(Period.OWN, " 2026-01-02 ", "2026/03/04", today=THURSDAY) == (date(2026, 1, 2), date(2026, 3, 4))
    assert days_of(Period.OWN, "", "", today=THURSDAY) == (None, None)


@pytest.mark.parametrize("text", ["spring", "2026-13-01", "26-1-1", "01.02.2026"])
def test_what_is_no_date_is_told_as_it_was_written(text):
    with pytest.raises(NotADateError) as told:
        days_of(Period.OWN, text, "", today=THURSDAY)
    assert told.value.text == text
