"""Charts: tables as drawings, by Vega-Lite, which Gradio's own plots are drawn with.

The server renders them: in the browser Vega runs text as scripts, which the pages' strict policy forbids
(docs/decisions/0014). Texts of people are values in the data and never part of a specification's structure; Vega writes
them escaped. Nothing is fetched from anywhere.

In pages the lines and letters have the colour of the text around them, whether it is light or dark; on paper they are
dark on white.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from html import escape
from threading import Lock
from typing import Any
from unicodedata import east_asian_width

from annotation_store.money.currencies import Currency
from studio.i18n import Words
from studio.tables import HOUR, MINUTE, Column, Form, Table

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # a name; nobody looks there
FONT = "system-ui, -apple-system, 'Segoe UI', 'Hiragino Sans', 'Noto Sans CJK JP', 'Noto Sans JP', sans-serif"
COLOURS = ("#0d9488", "#d97706", "#8b5cf6", "#0284c7", "#db2777", "#71717a")
"""Of series, in this order; each can be told from white and from the pages' darkest grey."""
INK, PAPER = "#27272a", "#ffffff"  # in print
WIDTH, HEIGHT = 460, 200
NAME_WIDTH = 170  # of the longest names beside bars; what is longer is cut
LETTER = 6.5  # a letter's width; a Japanese one has two
BAR = 26  # pixels for each bar
MOST_BARS = 20
MOST_POINTS = 240  # of a line; the latest
MOST_DOTS = 200  # of each strip
MOST_KEPT = 256  # drawings
UNITS = ("seconds", "minutes", "hours")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_rendering = Lock()


class Kind(StrEnum):
    """BARS lie, one for each row. LINE goes over weeks or months, in the order of the rows. STRIP has a dot for each
    row, above one another what has the same name, with the middle and the range of four fifths. STACK has bars of
    several parts."""

    BARS = "bars"
    LINE = "line"
    STRIP = "strip"
    STACK = "stack"


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn of a table. by, value, low, high, series: keys of its columns.

    by: what stands on the other axis: names, weeks, arms. low, high: the range around a value, of bars and lines.
    series: which line, or which part of a bar. note: a sentence below the drawing.
    """

    title: str
    kind: Kind
    table: Table
    by: str
    value: str
    low: str | None = None
    high: str | None = None
    series: str | None = None
    note: str = ""

    @property
    def drawn(self) -> int:
        """How many rows are drawn, or stand for others in the drawing; the rest of the table does not fit."""
        if self.kind is Kind.STRIP:
            return len(self.table.rows)
        most = MOST_POINTS if self.kind is Kind.LINE else MOST_BARS
        names = list(dict.fromkeys(self.table.values(self.by)))
        kept = set(names[-most:] if self.kind is Kind.LINE else names[:most])
        return sum(name in kept for name in self.table.values(self.by))

    @property
    def is_empty(self) -> bool:
        return all(value is None for value in self.table.values(self.value))


def chart_svg(chart: Chart) -> str | None:
    """An SVG element to stand in a page; None where there is nothing to draw."""
    if chart.is_empty:
        return None
    drawing = _svg(_text(specification(chart)))
    label = escape(chart.title, quote=True)
    return drawing.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def chart_png(chart: Chart, *, scale: float = 2.0) -> bytes | None:
    """A PNG on white for print, `scale` pixels to a CSS pixel; None where there is nothing to draw."""
    if chart.is_empty:
        return None
    return _png(_text(specification(chart, in_print=True)), scale)


def specification(chart: Chart, *, in_print: bool = False) -> Mapping[str, Any]:
    """In Vega-Lite's terms."""
    column = chart.table.column(chart.value)
    factor, unit = _scale(chart, column)
    axis = _value_axis(column, unit, chart.table.words)
    ink = INK if in_print else "currentColor"
    layers = {Kind.BARS: _bars, Kind.LINE: _line, Kind.STRIP: _strip, Kind.STACK: _stack}[chart.kind](chart, axis, ink)
    lying = chart.kind is not Kind.LINE
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": {"step": BAR} if lying else HEIGHT,
        "autosize": {"type": "fit-x" if lying else "fit", "contains": "padding"},
        "background": PAPER if in_print else None,
        "padding": {"left": _room(chart) if lying else 14, "right": 14, "top": 5, "bottom": 5},
        "data": {"values": _data(chart, factor)},
        "layer": layers,
        "config": _look(ink),
    }


def _data(chart: Chart, factor: float) -> list[dict[str, Any]]:
    """The rows under names of our own: a column's key never meets Vega's syntax of fields."""
    named = {"by": chart.by, "value": chart.value, "low": chart.low, "high": chart.high, "series": chart.series}
    columns = {name: chart.table.values(of) for name, of in named.items() if of is not None}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    for row in rows:
        row["by"] = "" if row["by"] is None else str(row["by"])
        for name in ("value", "low", "high"):
            if row.get(name) is not None:
                row[name] *= factor
    if chart.kind is Kind.STRIP:
        return _thinned(rows)
    kept = rows[-chart.drawn :] if chart.kind is Kind.LINE else rows[: chart.drawn]
    return [row | {"order": place} for place, row in enumerate(kept)]


def _thinned(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Dots of each strip, by size, evenly chosen where there are too many; one row more with middle and range."""
    strips: dict[str, list[float]] = {}
    for row in rows:
        if row["value"] is not None:
            strips.setdefault(row["by"], []).append(row["value"])
    found: list[dict[str, Any]] = []
    for place, (name, values) in enumerate(strips.items()):
        values.sort()
        last = len(values) - 1
        count = min(len(values), MOST_DOTS)
        dots = [values[round(dot * last / max(1, count - 1))] for dot in range(count)]
        found += [{"by": name, "order": place, "dot": dot} for dot in dots]
        middle, low, high = (values[round(share * last)] for share in (0.5, 0.1, 0.9))
        found.append({"by": name, "order": place, "value": middle, "low": low, "high": high})
    return found


def _bars(chart: Chart, axis: Mapping[str, Any], ink: str) -> list[Mapping[str, Any]]:
    alone = {**_field("value", axis), "stack": None}  # what stacks is clipped by ids, of which a page has one each
    bars = {"mark": {"type": "bar", "color": COLOURS[0]}, "encoding": {"y": _NAMES, "x": alone}}
    return [bars, *_whiskers(chart, ink)]


def _stack(chart: Chart, axis: Mapping[str, Any], ink: str) -> list[Mapping[str, Any]]:
    encoding = {"y": _NAMES, "x": _field("value", axis), "color": _colours(chart), "order": {"field": "order"}}
    return [{"mark": {"type": "bar"}, "encoding": encoding}]


def _strip(chart: Chart, axis: Mapping[str, Any], ink: str) -> list[Mapping[str, Any]]:
    dots = {"mark": {"type": "point", "filled": True, "size": 28, "opacity": 0.45, "color": COLOURS[0]}}
    middle = {"mark": {"type": "tick", "thickness": 3, "color": ink}}
    return [
        {**dots, "encoding": {"y": _NAMES, "x": _field("dot", axis)}},
        {**middle, "encoding": {"y": _NAMES, "x": _field("value", axis)}},
        *_whiskers(chart, ink, always=True),
    ]


def _line(chart: Chart, axis: Mapping[str, Any], ink: str) -> list[Mapping[str, Any]]:
    weeks = {
        "field": "by",
        "type": "ordinal",
        "sort": {"field": "order", "op": "min"},
        "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 22, "grid": False},
    }
    colour = {"color": _colours(chart)} if chart.series is not None else {}
    plain = {} if colour else {"color": COLOURS[0]}
    y = _field("value", axis)
    layers: list[Mapping[str, Any]] = []
    if chart.low is not None and chart.high is not None:
        band = {"x": weeks, "y": _field("low", axis), "y2": {"field": "high"}, **colour}
        # a lone week has no area: a thin bar shows its range
        alone = len(set(chart.table.values(chart.by))) == 1
        shape = {"type": "rule", "opacity": 0.6} if alone else {"type": "area", "opacity": 0.18}
        layers.append({"mark": shape | plain, "encoding": band})
    line = {"type": "line", "strokeWidth": 2, "point": {"size": 40, **plain}, **plain}
    layers.append({"mark": line, "encoding": {"x": weeks, "y": y, **colour}})
    return layers


def _room(chart: Chart) -> int:
    """Pixels to the left of names, which reach out there: a browser's letters may be a quarter wider than ours."""
    drawn = (str(name) for name in chart.table.values(chart.by) if name is not None)
    widest = max((sum(LETTER * (1 + (east_asian_width(each) in "WF")) for each in name) for name in drawn), default=0)
    return 14 + round(min(widest, NAME_WIDTH) / 4)


_NAMES: Mapping[str, Any] = {
    "field": "by",
    "type": "nominal",
    "sort": {"field": "order", "op": "min"},
    "title": None,
    "axis": {"grid": False, "ticks": False, "domain": False, "labelLimit": NAME_WIDTH, "labelPadding": 6},
}


def _whiskers(chart: Chart, ink: str, *, always: bool = False) -> list[Mapping[str, Any]]:
    if not always and (chart.low is None or chart.high is None):
        return []
    encoding = {"y": _NAMES, "x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}}
    return [{"mark": {"type": "rule", "color": ink, "strokeWidth": 1.5}, "encoding": encoding}]


def _field(name: str, axis: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"field": name, "type": "quantitative", "title": axis["title"], "axis": {"format": axis["format"]}}


def _colours(chart: Chart) -> Mapping[str, Any]:
    names = list(dict.fromkeys(str(name) for name in chart.table.values(chart.series or "") if name is not None))
    scale = {"domain": names, "range": [COLOURS[place % len(COLOURS)] for place in range(len(names))]}
    return {"field": "series", "type": "nominal", "scale": scale, "title": None}


def _scale(chart: Chart, column: Column) -> tuple[float, str | None]:
    """By what values are multiplied, and the unit of time that they are then in, if any."""
    if column.form is not Form.SECONDS:
        return 1.0, None
    columns = [name for name in (chart.value, chart.low, chart.high) if name is not None]
    found = (value for name in columns for value in chart.table.values(name))
    most = max((abs(value) for value in found if isinstance(value, int | float)), default=0.0)
    if most < 3 * MINUTE:
        return 1.0, "seconds"
    return (1 / MINUTE, "minutes") if most < 3 * HOUR else (1 / HOUR, "hours")


def _value_axis(column: Column, unit: str | None, words: Words) -> Mapping[str, Any]:
    name = words(f"unit_{unit}") if unit else column.unit
    if column.form is Form.MONEY:
        name = Currency(column.unit).symbol
    elif column.form is Form.HOURS:
        name = words("unit_hours")
    return {
        "title": f"{column.title} ({name})" if name else column.title,
        "format": "~%" if column.form is Form.SHARE else ",.12~g",  # no powers of ten
    }


def _look(ink: str) -> Mapping[str, Any]:
    axis = {
        "labelColor": ink,
        "titleColor": ink,
        "tickColor": ink,
        "domainColor": ink,
        "gridColor": ink,
        "gridOpacity": 0.14,
        "domainOpacity": 0.4,
        "tickOpacity": 0.4,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "tickCount": 5,
    }
    legend: dict[str, Any] = {"labelColor": ink, "labelFontSize": 12, "orient": "top", "symbolType": "circle"}
    legend |= {"columns": 3, "columnPadding": 22, "labelLimit": 130}
    return {
        "aria": False,  # the figure says what it is, and its table says the rest
        "font": FONT,
        "axis": axis,
        "legend": legend,
        "view": {"stroke": None},
        "scale": {"bandPaddingInner": 0.35},
    }


def _text(wanted: Mapping[str, Any]) -> str:
    return json.dumps(_sound(wanted), ensure_ascii=False, sort_keys=True)


def _sound(part: Any) -> Any:
    """The same with texts that XML can hold: at any other, the library ends the process, which nobody can catch."""
    if isinstance(part, str):
        return _NOT_IN_XML.sub("\ufffd", part)
    if isinstance(part, Mapping):
        return {name: _sound(each) for name, each in part.items()}
    return [_sound(each) for each in part] if isinstance(part, list | tuple) else part


@lru_cache(maxsize=MOST_KEPT)
def _svg(text: str) -> str:
    import vl_convert  # 60 MB of memory, which a studio without charts does not take

    with _rendering:  # the library renders one at a time
        drawn: str = vl_convert.vegalite_to_svg(text, allowed_base_urls=[])
    return drawn


@lru_cache(maxsize=32)
def _png(text: str, scale: float) -> bytes:
    import vl_convert

    with _rendering:
        drawn: bytes = vl_convert.vegalite_to_png(text, scale=scale, allowed_base_urls=[])
    return drawn
