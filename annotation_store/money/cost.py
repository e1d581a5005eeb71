"""What an image costs: made in house, and ordered outside."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageCost:
    """One image, in the currency of the card. labour: in house, of its own correction and review; None where its time
    is not known. price_class: its class outside. outside: at the middle of that class's prices, own minutes included.
    """

    image_id: int
    labour: float | None
    price_class: str
    outside: float
