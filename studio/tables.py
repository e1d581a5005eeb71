"""A table of figures: plain values with what they are in, to be shown, drawn and downloaded.

Every chart is drawn from one, which stands beside it and leaves as CSV, so that nobody has to read figures off a line.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from math import isfinite

from annotation_store.money.currencies import Currency, written
from annotation_store.money.figures import Quantity, Unit
from studio.i18n import DEFAULT_LANGUAGE, Words
from studio.pages import fragments

Cell = str | int | float | None
NOTHING = "–"
BOM = "\ufeff"  # without it, Excel takes Japanese in UTF-8 for something else
FORMULAS = frozenset("=+-@＝＋－＠\t\r")  # Excel in Japanese reads the wide ones, too
MINUTE, HOUR = 60, 3600


class Form(StrEnum):
    """How the values of a column are written. SECONDS as a clock would tell them, SHARE (0 to 1) in percent, MONEY in
    the currency that is the column's unit, NUMBER with the column's unit behind it, if any."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    SECONDS = "seconds"
    HOURS = "hours"
    SHARE = "share"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Column:
    """key: what charts and programs call it. title: as people read it. unit: of money its currency, as JPY."""

    key: str
    title: str
    form: Form = Form.TEXT
    unit: str = ""


_QUANTITIES = {
    Unit.SHARE: Form.SHARE,
    Unit.SECONDS: Form.SECONDS,
    Unit.HOURS: Form.HOURS,
}


@dataclass(frozen=True, slots=True)
class Table:
    """key: names it in addresses and files. rows: a cell for each column, None where nothing is known.

    Values are neither NaN nor infinite: those become None. Raises ValueError if a row is not as long as the head.
    """

    key: str
    head: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    language: str = DEFAULT_LANGUAGE

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError(f"a row of the table {self.key} is not as long as its head")
        object.__setattr__(self, "rows", tuple(tuple(map(_sound, row)) for row in self.rows))

    @property
    def words(self) -> Words:
        return Words(self.language)

    def place(self, key: str) -> int:
        """Of a column. Raises KeyError."""
        for place, column in enumerate(self.head):
            if column.key == key:
                return place
        raise KeyError(key)

    def column(self, key: str) -> Column:
        return self.head[self.place(key)]

    def values(self, key: str) -> tuple[Cell, ...]:
        place = self.place(key)
        return tuple(row[place] for row in self.rows)

    def only(self, *keys: str) -> "Table":
        """These columns of it. Raises KeyError."""
        places = [self.place(name) for name in keys]
        rows = tuple(tuple(row[place] for place in places) for row in self.rows)
        return Table(self.key, tuple(self.head[place] for place in places), rows, self.language)


def table_of(key: str, head: Sequence[Column], rows: Iterable[Sequence[Cell]], words: Words) -> Table:
    """In the language of `words`."""
    return Table(key, tuple(head), tuple(tuple(row) for row in rows), words.language)


def write(value: Cell, column: Column, words: Words) -> str:
    """A cell as people read it; a dash where nothing is known."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return value
    match column.form:
        case Form.COUNT:
            return _signed(f"{value:,.0f}")
        case Form.SECONDS:
            return _time(value, words)
        case Form.HOURS:
            return f"{_signed(_digits(value))} {words('unit_hours')}"
        case Form.SHARE:
            return _share(value)
        case Form.MONEY:
            return money(value, column.unit)
        case _:
            return f"{_signed(_digits(value))} {column.unit}".rstrip()


def write_quantity(quantity: Quantity, words: Words) -> str:
    """A number of a formula, as a cell of the same unit is written."""
    if quantity.unit is Unit.MINUTES:
        return write(quantity.value, Column("", "", Form.NUMBER, words("unit_minutes")), words)
    form = _QUANTITIES.get(quantity.unit) if isinstance(quantity.unit, Unit) else None
    return str(quantity) if form is None else write(quantity.value, Column("", "", form), words)


def money(amount: float, currency: str) -> str:
    """``¥1,234``, ``−$0.35``."""
    return _signed(written(amount, Currency(currency)))


def table_html(table: Table) -> str:
    """HTML, everything in it escaped; figures stand to the right."""
    words = table.words
    rows = [
        [escape(write(cell, column, words)) for cell, column in zip(row, table.head, strict=True)] for row in table.rows
    ]
    figures = [place for place, column in enumerate(table.head) if column.form is not Form.TEXT]
    head = [column.title for column in table.head]
    return fragments.table(head, rows, testid=f"table-{table.key}", figures=figures)


def table_csv(table: Table) -> bytes:
    """UTF-8 with a BOM, as RFC 4180 has it: values as they are, units in the head. Seconds stay seconds, shares shares.

    Texts that a spreadsheet would take for a formula begin with an apostrophe.
    """
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow([_harmless(_head(column, table.words)) for column in table.head])
    rows.writerows([[_plain(cell) for cell in row] for row in table.rows])
    return (BOM + file.getvalue()).encode()


def _head(column: Column, words: Words) -> str:
    units = {Form.SECONDS: words("unit_seconds"), Form.HOURS: words("unit_hours"), Form.SHARE: words("unit_share")}
    unit = units.get(column.form, column.unit)
    return f"{column.title} ({unit})" if unit else column.title


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _harmless(cell)
    return str(cell) if isinstance(cell, int) else f"{cell:.10g}"


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in FORMULAS or text.lstrip()[:1] in FORMULAS else text


def _sound(cell: Cell) -> Cell:
    return None if isinstance(cell, float) and not isfinite(cell) else cell


def _time(seconds: float, words: Words) -> str:
    if abs(seconds) < 1.5 * MINUTE:
        return f"{_signed(_digits(seconds))} {words('unit_seconds')}"
    if abs(seconds) < 10 * MINUTE:  # nobody reads 2.24 min off a clock
        minutes, rest = divmod(round(abs(seconds)), MINUTE)
        told = [f"{minutes} {words('unit_minutes')}", *([f"{rest} {words('unit_seconds')}"] if rest else [])]
        return _signed("-" * (seconds < 0) + " ".join(told))
    if abs(seconds) < 1.5 * HOUR:
        return f"{_signed(_digits(seconds / MINUTE))} {words('unit_minutes')}"
    return f"{_signed(_digits(seconds / HOUR))} {words('unit_hours')}"


def _share(share: float) -> str:
    """In percent; what is less than a hundredth of one says so."""
    if 0 < share < 1e-4:
        return "< 0.01 %"
    return f"{_signed(_digits(100 * share))} %"


def _digits(number: float) -> str:
    """Three that mean something, no more decimals than that takes."""
    if number == 0:
        return "0"
    if abs(number) >= 99.95:
        return f"{number:,.0f}"
    for decimals, least in ((1, 9.995), (2, 0.9995), (3, 0.09995)):
        if abs(number) >= least:
            return _bare(f"{number:.{decimals}f}")
    return f"{number:.3g}"


def _bare(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str) -> str:
    """With the sign that is as wide as a plus."""
    return text.replace("-", "−", 1) if text.startswith("-") else text
