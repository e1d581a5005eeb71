"""Understudies: drafters that learnt as the candidate did, but without some products, on which they stand in for it.

What drafts cost differs so much from photo to photo that the few held-out ones hardly ever tell a better drafter from
luck. As a drafter is taught in a minute, it is taught a few times more (cross-validation: Stone, "Cross-Validatory
Choice and Assessment of Statistical Predictions", 1974): every product is left out once, so that photos which the
candidate learnt from help to judge it, drafted by an understudy that has never seen them. An understudy has learnt from
fewer photos, so that the candidate is rather a little better than what it is judged by.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from matting_core.drafting.learned import LearnedDrafter
from matting_core.drafting.learned_network import save_drafting_network
from training.drafter.drafter_samples import DrafterSample
from training.drafter.drafter_training import DrafterSettings, DrafterStep, train_drafter
from training.leftovers import UNDERSTUDIES
from training.whole_file import write_atomically

MOST = 4
"""Understudies of one candidate."""

NAME = UNDERSTUDIES + "{}.safetensors"


def dealt(products: Collection[str]) -> Mapping[str, int]:
    """The number of the understudy, from 0, that does not learn from a product; nothing for fewer than two products.

    Each has as many as another, or one more.
    """
    if len(set(products)) < 2:
        return {}
    shuffled = sorted(set(products), key=lambda product: hashlib.sha256(product.encode()).digest())
    return {product: place % min(MOST, len(shuffled)) for place, product in enumerate(shuffled)}


def teach_understudies(
    samples: Sequence[DrafterSample],
    products: Sequence[str],
    settings: DrafterSettings,
    folder: Path,
    *,
    on_step: Callable[[int, DrafterStep], bool] | None = None,
) -> int:
    """Teach them all, and write their weights into `folder`; how many there are.

    products: what each sample shows. on_step: told the number of the understudy, too; returning False raises
    TrainingStopped.
    """
    numbers = dealt(products)
    count = len(set(numbers.values()))
    for number in range(count):

        def tell(step: DrafterStep, number: int = number) -> bool:
            return on_step is None or on_step(number, step)

        taught_by = [sample for sample, shown in zip(samples, products, strict=True) if numbers[shown] != number]
        network = train_drafter(taught_by, settings, on_step=tell)
        write_atomically(folder / NAME.format(number), save_drafting_network(network))
    return count


class Understudies:
    """Those in a folder, each loaded when it is asked for."""

    def __init__(self, folder: Path, products: Collection[str]) -> None:
        """products: all that the candidate learnt from."""
        self._folder = folder
        self._numbers = {product: number for product, number in dealt(products).items() if self._path(number).is_file()}
        self._loaded: dict[int, LearnedDrafter] = {}

    def __contains__(self, product: object) -> bool:
        """Whether there is one that has not learnt from this product."""
        return product in self._numbers

    def drafter(self, product: str) -> LearnedDrafter:
        """The one that has not learnt from this product. Raises KeyError, or WeightsError of a damaged file."""
        number = self._numbers[product]
        if number not in self._loaded:
            self._loaded[number] = LearnedDrafter.from_weights(self._path(number).read_bytes())
        return self._loaded[number]

    def _path(self, number: int) -> Path:
        return self._folder / NAME.format(number)
