"""What a report says in words: a key of the studio's texts, and the numbers that stand in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Told:
    """key: of `studio/i18n`. values: by the names in the text's braces; seconds, shares, amounts as plain numbers."""

    key: str
    values: Mapping[str, float | int | str] = field(default_factory=dict)
