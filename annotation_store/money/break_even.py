"""From which month on the studio has saved what it cost to set up."""

from dataclasses import dataclass

from annotation_store.money.figures import Figure


@dataclass(frozen=True, slots=True)
class BreakEven:
    """months: 1 is the first one; its value is None if it never comes (`is_never`) or too little is known.

    low: the earliest month in the range of the saving, None if even then never. high: the latest, None if it may never
    come. saving_per_month: what it is calculated from.
    """

    months: Figure
    setup_cost: Figure
    saving_per_month: Figure
    is_never: bool
    may_be_never: bool
