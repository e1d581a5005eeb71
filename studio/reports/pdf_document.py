"""A document as PDF on A4, by ReportLab.

Japanese is written in a font that every reader of PDF brings for it (the CID font HeiseiKakuGo-W5), so none is shipped.
In its coding the yen sign shares a place with the backslash, so the wide one stands for it.
"""

from functools import cache
from io import BytesIO
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Image,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageBreak,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus import Paragraph as Text

from studio.charts import chart_png
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
    Mood,
    NewPage,
    Paragraph,
    Sheet,
    Verdict,
)
from studio.tables import Form, write
from studio.tables import Table as Figures

JAPANESE = "HeiseiKakuGo-W5"
INK, QUIET, LINE, TINT = HexColor("#27272a"), HexColor("#62626b"), HexColor("#d4d4d8"), HexColor("#f4f4f5")
MOODS = {Mood.GOOD: HexColor("#0f766e"), Mood.PLAIN: HexColor("#62626b"), Mood.BAD: HexColor("#b91c1c")}
MARGIN = 18 * mm
FRAME = 6  # points that ReportLab leaves around everything
WIDTH = A4[0] - 2 * MARGIN
IN_A_ROW = 3  # key figures, and cards
PICTURE_HEIGHT = 42 * mm
MOST_ROWS = 40
"""Of a table on paper; a longer one leaves as CSV."""


def pdf_document(document: Document) -> bytes:
    """A PDF with its title, page numbers, and text that can be searched."""
    sheet = _Style(document.language)
    parts: list[Flowable] = [Text(sheet.safe(document.title), sheet.of(18, bold=True, after=4))]
    for block in document.blocks:
        parts += _parts(block, sheet)
    file = BytesIO()
    template = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN - FRAME,
        rightMargin=MARGIN - FRAME,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=document.title,
        author="Matteloop",
        lang=document.language,
        invariant=1,
    )

    def number(canvas: Canvas, _: object) -> None:
        canvas.setFont(sheet.font, 8)
        canvas.setFillColor(QUIET)
        canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, str(canvas.getPageNumber()))

    template.build(parts, onFirstPage=number, onLaterPages=number)
    return file.getvalue()


class _Style:
    """Letters of one language."""

    def __init__(self, language: str) -> None:
        self.is_japanese = language == "ja"
        if self.is_japanese:
            _register_japanese()
        self.font = JAPANESE if self.is_japanese else "Helvetica"
        self.bold = JAPANESE if self.is_japanese else "Helvetica-Bold"

    def of(
        self, size: float, *, bold: bool = False, colour: HexColor = INK, after: float = 3, right: bool = False
    ) -> ParagraphStyle:
        return ParagraphStyle(
            "",
            fontName=self.bold if bold else self.font,
            fontSize=size,
            leading=size * 1.4,
            textColor=colour,
            spaceAfter=after,
            wordWrap="CJK" if self.is_japanese else None,
            splitLongWords=True,
            **({"alignment": TA_RIGHT} if right else {}),
        )

    def safe(self, text: str) -> str:
        """For a paragraph. What the font has no letter for is left as the reader shows it."""
        if self.is_japanese:
            text = text.replace("¥", "\uffe5").replace("−", "-")
        else:
            text = text.replace("−", "-")
            if not _is_western(text):  # a name of a photo, a tag: written in the Japanese font within the line
                _register_japanese()
                return _mixed(text)
        return escape(text)


@cache
def _register_japanese() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(JAPANESE))


def _is_western(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _mixed(text: str) -> str:
    """Runs that Helvetica cannot write, in the Japanese font."""
    out, run, foreign = "", "", False
    for letter in text + "\0":
        strange = letter != "\0" and not _is_western(letter)
        if strange is not foreign or letter == "\0":
            out += f'<font name="{JAPANESE}">{escape(run)}</font>' if foreign and run else escape(run)
            run, foreign = "", strange
        run += letter if letter != "\0" else ""
    return out


def _parts(block: Block, style: _Style) -> list[Flowable]:
    match block:
        case Heading(text):
            return [Spacer(0, 8), CondPageBreak(40 * mm), Text(style.safe(text), style.of(13, bold=True, after=5))]
        case Paragraph(text, quiet):
            look = style.of(8.5, colour=QUIET) if quiet else style.of(10)
            return [Text(style.safe(text), look)]
        case Verdict():
            return [_verdict(block, style), Spacer(0, 8)]
        case KeyFigures(figures):
            return [_grid([_figure(each, style) for each in figures]), Spacer(0, 8)]
        case Bullets(texts):
            items = [ListItem(Text(style.safe(text), style.of(9.5)), leftIndent=12) for text in texts]
            return [ListFlowable(items, bulletType="bullet", start="•", bulletFontName="Helvetica", leftIndent=12)]
        case Sheet(table, caption):
            return _sheet(table, caption, style)
        case Drawing():
            return _drawing(block, style)
        case Cards(cards):
            return [_grid([_card(each, style) for each in cards])]
        case NewPage():
            return [PageBreak()]


def _verdict(verdict: Verdict, style: _Style) -> Flowable:
    inside = [
        Text(style.safe(verdict.text), style.of(14, bold=True, colour=MOODS[verdict.mood])),
        Text(style.safe(verdict.why), style.of(10, after=0)),
    ]
    box = Table([[inside]], colWidths=[WIDTH], hAlign="LEFT")
    edges = [("BACKGROUND", (0, 0), (-1, -1), TINT), ("LINEBEFORE", (0, 0), (0, -1), 4, MOODS[verdict.mood])]
    box.setStyle(TableStyle([*edges, *_padding(10)]))
    return box


def _figure(figure: KeyFigure, style: _Style) -> list[Flowable]:
    parts = [
        Text(style.safe(figure.label), style.of(8.5, colour=QUIET, after=1)),
        Text(style.safe(figure.value), style.of(14, bold=True, after=1)),
    ]
    small = style.of(7.5, colour=QUIET, after=1)
    return [*parts, *(Text(style.safe(text), small) for text in (figure.span, figure.formula) if text)]


def _card(card: Card, style: _Style) -> list[Flowable]:
    inner = WIDTH / IN_A_ROW - 12
    parts: list[Flowable] = [Text(style.safe(card.title), style.of(9, bold=True))]
    if card.pictures:
        share = inner / len(card.pictures)
        pictures = [
            [_picture(jpeg, share - 3), Text(style.safe(label), style.of(7, colour=QUIET))]
            for label, jpeg in card.pictures
        ]
        row = Table([pictures], colWidths=[share] * len(pictures))
        row.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), *_padding(0)]))
        parts.append(row)
    return [*parts, *(Text(style.safe(line), style.of(8, colour=QUIET, after=1)) for line in card.lines)]


def _picture(jpeg: bytes, width: float) -> Image:
    across, down = ImageReader(BytesIO(jpeg)).getSize()
    scale = min(width / across, PICTURE_HEIGHT / down)
    return Image(BytesIO(jpeg), width=across * scale, height=down * scale)


def _grid(cells: list[list[Flowable]]) -> Flowable:
    rows: list[list[object]] = [list(cells[start : start + IN_A_ROW]) for start in range(0, len(cells), IN_A_ROW)]
    if not rows:
        return Spacer(0, 0)
    rows[-1] += [""] * (IN_A_ROW - len(rows[-1]))
    grid = Table(rows, colWidths=[WIDTH / IN_A_ROW] * IN_A_ROW, hAlign="LEFT")
    boxes = [
        ("BOX", (place % IN_A_ROW, place // IN_A_ROW), (place % IN_A_ROW, place // IN_A_ROW), 0.5, LINE)
        for place in range(len(cells))
    ]
    grid.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *boxes, *_padding(6)]))
    return grid


def _sheet(table: Figures, caption: str, style: _Style) -> list[Flowable]:
    words = table.words
    small, head = style.of(8, after=0), style.of(8, bold=True, after=0)
    small_right, head_right = style.of(8, after=0, right=True), style.of(8, bold=True, after=0, right=True)
    right = [column.form is not Form.TEXT for column in table.head]
    rows: list[list[object]] = [
        [
            Text(style.safe(column.title), head_right if is_right else head)
            for column, is_right in zip(table.head, right, strict=True)
        ]
    ]
    rows += [
        [
            Text(style.safe(write(cell, column, words)), small_right if is_right else small)
            for cell, column, is_right in zip(row, table.head, right, strict=True)
        ]
        for row in table.rows[:MOST_ROWS]
    ]
    widths = _widths(table)
    drawn = Table(rows, colWidths=widths, repeatRows=1, hAlign="LEFT")
    lines = [("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    drawn.setStyle(TableStyle([*lines, *_padding(3)]))
    title = Text(style.safe(caption), style.of(9.5, bold=True))
    return [KeepTogether([title, drawn]) if len(rows) < 12 else title, *([] if len(rows) < 12 else [drawn])]


def _widths(table: Figures) -> list[float]:
    """Of the columns, by the longest text of each, within bounds."""
    words = table.words
    longest = [
        max(_span(column.title), *(_span(write(row[place], column, words)) for row in table.rows[:MOST_ROWS]), 0)
        for place, column in enumerate(table.head)
    ]
    shares = [min(90, max(8, length)) for length in longest]
    return [WIDTH * share / sum(shares) for share in shares]


def _span(text: str) -> int:
    """How wide a text is, in Western letters."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _drawing(drawing: Drawing, style: _Style) -> list[Flowable]:
    png = chart_png(drawing.chart, scale=3)
    title = Text(style.safe(drawing.chart.title), style.of(9.5, bold=True))
    if png is None:
        return [title, Text(style.safe(drawing.nothing), style.of(9, colour=QUIET))]
    across, down = ImageReader(BytesIO(png)).getSize()
    width = min(WIDTH, across / 3 * 0.9)
    return [
        KeepTogether([title, Image(BytesIO(png), width=width, height=width * down / across, hAlign="LEFT")]),
        Spacer(0, 6),
    ]


def _padding(points: float) -> list[tuple[object, ...]]:
    return [(f"{side}PADDING", (0, 0), (-1, -1), points) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
