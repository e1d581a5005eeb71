"""What is saved by making images in house instead of ordering them outside."""

from dataclasses import dataclass

from annotation_store.money.currencies import Currency
from annotation_store.money.figures import Figure


@dataclass(frozen=True, slots=True)
class ClassCost:
    """The images of one class of prices. seconds: mean of correction and review, of those whose time is known."""

    name: str
    images: int
    timed_images: int
    seconds: float | None
    in_house: Figure
    outside: Figure


@dataclass(frozen=True, slots=True)
class CostFigures:
    """Amounts are for one image unless the name says otherwise.

    images: approved ones. timed_images: those of them whose working time is known; all means of time are over these.
    labour, overhead, machine, upkeep: add up to in_house. overhead: time on test copies and on skipped images. saving:
    outside less in_house. saving_share: of outside. saving_per_month: at images_per_month.
    """

    currency: Currency
    images: int
    timed_images: int
    images_per_month: Figure
    labour: Figure
    overhead: Figure
    machine: Figure
    upkeep: Figure
    in_house: Figure
    outside: Figure
    saving: Figure
    saving_share: Figure
    saving_per_month: Figure
    by_class: tuple[ClassCost, ...]

    @property
    def untimed_images(self) -> int:
        """Approved images whose time nobody knows: in bulk, by a script, or before times were kept."""
        return self.images - self.timed_images
