"""Currencies, and how amounts are written in them."""

import math
from enum import StrEnum

MINUS = "−"
WITHOUT_PARTS = 1000
"""Amounts from here on are written without the part of a dollar or a euro."""


class Currency(StrEnum):
    """What figures are told in, by its ISO 4217 code."""

    JPY = "JPY"
    USD = "USD"
    EUR = "EUR"

    @property
    def symbol(self) -> str:
        """Before an amount."""
        return {"JPY": "¥", "USD": "$", "EUR": "€"}[self.value]

    @property
    def decimals(self) -> int:
        """Of the smallest coin: a yen has no part."""
        return 0 if self is Currency.JPY else 2


def written(amount: float, currency: Currency) -> str:
    """As people write it: ``¥1,200``, ``$0.61``, ``−€3.50``; alike in English and in Japanese.

    From a thousand on, no cents are told: nobody knows such a figure that well. What would vanish beside the smallest
    coin keeps two digits (``$0.0012``), so that no cost passes for none.
    """
    decimals = currency.decimals if abs(amount) < WITHOUT_PARTS else 0
    if 0 < abs(amount) < 0.5 * 10**-decimals:
        decimals = 1 - math.floor(math.log10(abs(amount)))
    sign = MINUS if round(amount, decimals) < 0 else ""
    return f"{sign}{currency.symbol}{abs(amount):,.{decimals}f}"
