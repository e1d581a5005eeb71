"""A sheet as HTML: large figures with range and formula, charts with their tables, and all tables in full."""

from collections.abc import Callable
from datetime import tzinfo
from html import escape

from studio.i18n import Words
from studio.insights.asking import Topic
from studio.insights.sheet import Sheet, Tile
from studio.pages.chart_figure import chart_figure
from studio.pages.fragments import notice
from studio.tables import Table, table_html

Address = Callable[[str], str]
"""From the key of a table to where it is as CSV."""
WHOLE = ("weeks", "groups", "classes", "trainings", "honeypots", "alarms")
"""Tables that are shown in full below: what charts show of them is not all, or nothing."""


def sheet_view(sheet: Sheet, words: Words, address: Address, *, zone: tzinfo | None) -> str:
    """HTML. zone: whose clock says of when it is."""
    if not sheet.images and sheet.topic is not Topic.COMPUTE:
        return notice("plain", [words("no_lines"), *sheet.notes], testid="no-lines")
    moment = f"{sheet.as_of.astimezone(zone):%Y-%m-%d %H:%M}"
    told = f'<p class="quiet">{escape(words("as_of", moment=moment, images=f"{sheet.images:,}"))}</p>'
    notes = notice("plain", sheet.notes, testid="insights-notes") if sheet.notes else ""
    tiles = "".join(_tile(tile, words) for tile in sheet.tiles)
    charts = "".join(chart_figure(chart, words, csv=address(chart.table.key)) for chart in sheet.charts)
    tables = "".join(_table(table, words, address) for table in sheet.tables if table.key in WHOLE and table.rows)
    return (
        f'<div class="insights" data-testid="sheet-{sheet.topic.value}">{told}<div class="tiles">{tiles}</div>{notes}'
        f'<div class="charts">{charts}</div>{tables}</div>'
    )


def _tile(tile: Tile, words: Words) -> str:
    between = tile.range_written(words)
    ends = f'<p class="quiet">{escape(between)}</p>' if between else ""
    return (
        f'<div class="tile" data-testid="tile-{tile.key}"><p class="name">{escape(tile.column.title)}</p>'
        f'<p class="value">{escape(tile.written(words))}</p>{ends}<p class="formula">{escape(tile.formula)}</p></div>'
    )


def _table(table: Table, words: Words, address: Address) -> str:
    link = f'<a href="{escape(address(table.key), quote=True)}" download>{escape(words("chart_csv"))}</a>'
    title = escape(words(f"table_{table.key}", by=table.head[0].title.lower()))
    return (
        f'<details class="whole" data-testid="whole-{table.key}"><summary>{title}</summary>'
        f'<div class="wide">{table_html(table)}</div>{link}</details>'
    )
