"""Figures of money as large figures, each with its formula in the reader's language."""

from annotation_store.money.currencies import Currency
from annotation_store.money.figures import Figure, Formula, Unit
from studio.i18n import Words
from studio.insights.columns import FIGURES
from studio.insights.sheet import Tile
from studio.tables import Column, Form, write_quantity

FORMULAS = (
    "labour",
    "overhead",
    "in_house",
    "outside",
    "outside_class",
    "saving",
    "saving_share",
    "saving_per_month",
    "pace",
    "pace_given",
    "machine_share",
    "upkeep_share",
    "break_even",
    "break_even_never",
    "setup",
    "electricity",
    "cloud",
    "machine_price",
    "machine_here",
    "by_month",
    "by_image",
    "own_is_cheaper_from",
    "own_is_never_cheaper",
    "unknown",
)
"""Keys of the formulas of annotation_store/money."""
_FORMS = {Unit.SHARE: Form.SHARE, Unit.HOURS: Form.HOURS, Unit.SECONDS: Form.SECONDS}


def money_tile(name: str, figure: Figure, words: Words) -> Tile:
    """name: of those of columns.FIGURES."""
    if isinstance(figure.unit, Currency):
        named = Column(name, words(f"figure_{name}"), Form.MONEY, figure.unit.value)
    else:
        named = Column(name, words(f"figure_{name}"), _FORMS.get(figure.unit, FIGURES[name]))
    return Tile(named, figure.value, in_words(figure.formula, words), figure.low, figure.high)


def in_words(formula: Formula, words: Words) -> str:
    """The formula with its numbers."""
    told = {name: write_quantity(quantity, words) for name, quantity in formula.values.items()}
    return words(f"formula_{formula.key}", **told)
