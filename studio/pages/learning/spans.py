"""Moments, spans of time and shares, as the page writes them."""

from datetime import datetime

from studio.i18n import Words

MINUTE, HOUR = 60, 3600
MOST_PERCENT = 1000


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def span(seconds: float, words: Words) -> str:
    """In the unit that suits its length."""
    if seconds < 1.5 * MINUTE:
        return words("span_seconds", count=round(seconds))
    if seconds < 1.5 * HOUR:
        return words("span_minutes", count=round(seconds / MINUTE))
    return words("span_hours", hours=int(seconds // HOUR), minutes=round(seconds % HOUR / MINUTE) % 60)


def percent(share: float) -> str:
    """Without a sign and without the unit; with a decimal below 10. Beside next to nothing, no figure says anything."""
    number = abs(100 * share)
    if number > MOST_PERCENT:
        return f"> {MOST_PERCENT}"
    return f"{number:.0f}" if number >= 9.95 else f"{number:.1f}".removesuffix(".0")


def signed_percent(share: float) -> str:
    number, sign = percent(share), "−" if share < 0 else "+"
    if number == "0":
        return "0 %"
    return f"> {sign}{MOST_PERCENT} %" if number.startswith(">") else f"{sign}{number} %"
