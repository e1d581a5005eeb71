"""Periods by name, which end today."""

from datetime import date, timedelta
from enum import StrEnum


class Period(StrEnum):
    """OWN: between two dates that somebody writes."""

    FOUR_WEEKS = "four_weeks"
    TWELVE_WEEKS = "twelve_weeks"
    YEAR = "year"
    ALL = "all"
    OWN = "own"


WEEKS = {Period.FOUR_WEEKS: 4, Period.TWELVE_WEEKS: 12, Period.YEAR: 52}


class NotADateError(ValueError):
    """What somebody wrote is no date. text: as they wrote it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def days_of(period: Period, since: str, until: str, *, today: date) -> tuple[date | None, date | None]:
    """The first and the last day; None: open. Whole weeks, from a Monday on. since, until: of OWN.

    Raises NotADateError.
    """
    if period is Period.OWN:
        return _date(since), _date(until)
    if period is Period.ALL:
        return None, None
    monday = today - timedelta(days=today.weekday())
    return monday - timedelta(weeks=WEEKS[period] - 1), None


def _date(text: str) -> date | None:
    if not (written := text.strip().replace("/", "-")):
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotADateError(text) from None
