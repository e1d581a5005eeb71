"""A document as one HTML file that needs nothing else: pictures and style are in it, and there is no script."""

from base64 import b64encode
from html import escape

from studio.charts import chart_svg
from studio.reports.document import (
    Block,
    Bullets,
    Card,
    Cards,
    Document,
    Drawing,
    Heading,
    KeyFigure,
    KeyFigures,
    NewPage,
    Paragraph,
    Sheet,
    Verdict,
)
from studio.tables import table_html

STYLE = """
:root { color-scheme: light dark; --ink: #27272a; --quiet: #62626b; --line: #e4e4e7; --paper: #fff; --tint: #f4f4f5;
  --good: #0f766e; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e4e7; --quiet: #a1a1aa; --line: #3f3f46; --paper: #18181b;
  --tint: #27272a; --good: #5eead4; --bad: #fca5a5; } }
body { font: 15px/1.6 system-ui, -apple-system, "Segoe UI", "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP",
  sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
p { margin: .35rem 0; }
.quiet { color: var(--quiet); font-size: .9rem; }
.verdict { border-left: .35rem solid var(--quiet); background: var(--tint); padding: .8rem 1.1rem; margin: 1.25rem 0; }
.verdict strong { font-size: 1.25rem; line-height: 1.35; display: block; }
.verdict-good { border-color: var(--good); } .verdict-bad { border-color: var(--bad); }
.tiles { display: grid; gap: .75rem; margin: 1rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
.tile { border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; }
.tile b { font-size: 1.45rem; display: block; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tile .formula { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
figcaption, .caption { font-weight: 600; margin: .5rem 0; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; }
.card .pictures { display: flex; gap: .4rem; } .card figure { margin: 0; flex: 1; min-width: 0; }
.card img { width: 100%; border-radius: .25rem; display: block; } .card figcaption { font-weight: 400; }
@media print { body { margin: 0; max-width: none; } .new-page { break-before: page; } details { display: none; }
  .tile, .card, figure { break-inside: avoid; } }
"""


def html_document(document: Document) -> bytes:
    """UTF-8."""
    body = _blocks(document)
    return (
        f'<!doctype html><html lang="{document.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>{escape(document.title)}</h1>{body}</body></html>"
    ).encode()


def html_blocks(document: Document) -> str:
    """The blocks alone, for a page of the studio; styled by `.report` in pages.css."""
    return f'<div class="report">{_blocks(document)}</div>'


def _blocks(document: Document) -> str:
    return "".join(_block(block, document.table_word) for block in document.blocks)


def _block(block: Block, table_word: str) -> str:
    match block:
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Paragraph(text, quiet):
            return f'<p class="quiet">{escape(text)}</p>' if quiet else f"<p>{escape(text)}</p>"
        case Verdict(text, why, mood):
            return f'<div class="verdict verdict-{mood}"><strong>{escape(text)}</strong><p>{escape(why)}</p></div>'
        case KeyFigures(figures):
            return f'<div class="tiles">{"".join(map(_figure, figures))}</div>'
        case Bullets(texts):
            return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"
        case Sheet():
            return _sheet(block)
        case Drawing():
            return _drawing(block, table_word)
        case Cards(cards):
            return '<div class="cards">' + "".join(map(_card, cards)) + "</div>"
        case NewPage():
            return '<div class="new-page"></div>'


def _figure(figure: KeyFigure) -> str:
    span = f'<p class="quiet">{escape(figure.span)}</p>' if figure.span else ""
    formula = f'<p class="quiet formula">{escape(figure.formula)}</p>' if figure.formula else ""
    return f'<div class="tile"><span>{escape(figure.label)}</span><b>{escape(figure.value)}</b>{span}{formula}</div>'


def _sheet(sheet: Sheet) -> str:
    inside = f'<div class="scroll">{table_html(sheet.table)}</div>'
    if sheet.folded:
        return f"<details><summary>{escape(sheet.caption)}</summary>{inside}</details>"
    return f'<p class="caption">{escape(sheet.caption)}</p>{inside}'


def _drawing(drawing: Drawing, table_word: str) -> str:
    svg = chart_svg(drawing.chart)
    shown = svg if svg is not None else f'<p class="quiet">{escape(drawing.nothing)}</p>'
    table = f'<div class="scroll">{table_html(drawing.chart.table)}</div>'
    return (
        f"<figure><figcaption>{escape(drawing.chart.title)}</figcaption>{shown}</figure>"
        f"<details><summary>{escape(table_word)}</summary>{table}</details>"
    )


def _card(card: Card) -> str:
    pictures = "".join(
        f'<figure><img alt="{escape(label, quote=True)}" src="data:image/jpeg;base64,{b64encode(jpeg).decode()}">'
        f'<figcaption class="quiet">{escape(label)}</figcaption></figure>'
        for label, jpeg in card.pictures
    )
    lines = "".join(f'<p class="quiet">{escape(line)}</p>' for line in card.lines)
    title = f"<p><strong>{escape(card.title)}</strong></p>"
    return f'<div class="card">{title}<div class="pictures">{pictures}</div>{lines}</div>'
