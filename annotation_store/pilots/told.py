"""What a report says in words: a key of the studio's texts, and the numbers that stand in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotation_store.money.figures import Quantity


@dataclass(frozen=True, slots=True)
class Told:
    """key: of the texts in `studio/i18n`. values: what stands in the text's braces."""

    key: str
    values: Mapping[str, Quantity] = field(default_factory=dict)

    def put_into(self, text: str) -> str:
        """In words: `text` is that of `key`, in any language."""
        return text.format(**{name: str(quantity) for name, quantity in self.values.items()})
