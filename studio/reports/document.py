"""A report as blocks, in one language, so that HTML and PDF say the same in the same order.

All texts are plain: the writers escape them.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from studio.charts import Chart
from studio.tables import Table


class Mood(StrEnum):
    """How good the news is."""

    GOOD = "good"
    PLAIN = "plain"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """quiet: in smaller, lighter letters."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What it comes down to, and why, in large letters."""

    text: str
    why: str
    mood: Mood


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure on its own. span: its range in words, perhaps empty. formula: how it comes about, perhaps empty."""

    label: str
    value: str
    span: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Side by side."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences of a list."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. caption: what it is about. folded: where one can, shown only to who opens it."""

    table: Table
    caption: str
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart, with the table that it is drawn of. nothing: what stands there if there is nothing to draw."""

    chart: Chart
    nothing: str


@dataclass(frozen=True, slots=True)
class Card:
    """A photo. pictures: JPEG, each with what it shows; perhaps none."""

    title: str
    lines: tuple[str, ...]
    pictures: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Cards:
    """Photos side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """On paper."""


Block = Heading | Paragraph | Verdict | KeyFigures | Bullets | Sheet | Drawing | Cards | NewPage


@dataclass(frozen=True, slots=True)
class Document:
    """title: also of the file. language: ``en`` or ``ja``. table_word: what opens a folded table."""

    title: str
    language: str
    table_word: str
    blocks: tuple[Block, ...] = field(default=())
