"""A chart as it stands in a page or a report: title and drawing, and the figures behind it as a table and as CSV."""

from html import escape

from studio.charts import Chart, chart_svg
from studio.i18n import Words
from studio.tables import table_html


def chart_figure(chart: Chart, words: Words, *, csv: str | None = None) -> str:
    """HTML. csv: address of the table as CSV, if there is one."""
    drawing = chart_svg(chart)
    body = f'<p class="quiet">{escape(words("chart_empty"))}</p>' if drawing is None else drawing
    total = len(chart.table.rows)
    if drawing is not None and chart.drawn < total:
        body += f'<p class="quiet">{escape(words("chart_cut", count=chart.drawn, total=total))}</p>'
    if drawing is not None and chart.note:
        body += f'<p class="quiet">{escape(chart.note)}</p>'
    link = f'<a href="{escape(csv, quote=True)}" download>{escape(words("chart_csv"))}</a>' if csv else ""
    figures = f"<details><summary>{escape(words('chart_table'))}</summary>{table_html(chart.table)}{link}</details>"
    name = escape(f"chart-{chart.table.key}-{chart.value}", quote=True)
    return (
        f'<figure class="chart" data-testid="{name}"><figcaption>{escape(chart.title)}</figcaption>'
        f"{body}{figures if total else ''}</figure>"
    )
