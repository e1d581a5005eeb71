import io
import json
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from studio import charts
from studio.charts import COLOURS, MOST_BARS, MOST_DOTS, MOST_POINTS, Chart, Kind, chart_png, chart_svg, specification
from studio.i18n import Words
from studio.pages.chart_figure import chart_figure
from studio.tables import Column, Form, table_of

ENGLISH = Words("en")
HEAD = [
    Column("week", "Week"),
    Column("mean", "Mean", Form.SECONDS),
    Column("low", "Low", Form.SECONDS),
    Column("high", "High", Form.SECONDS),
    Column("part", "Part"),
]
HOSTILE = "</text></svg><script>alert(1)</script>\"'&<img src=x onerror=alert(1)> ]]> {signal: x} datum['x']"
SVG = "{http://www.w3.org/2000/svg}"


def rows(count, name="2026-W{:02d}"):
    return [[name.format(place + 1), 60.0 + place, 50.0, 80.0, "wages"] for place in range(count)]


def chart(kind, some=None, *, title="Minutes", series=None):
    table = table_of("minutes", HEAD, rows(3) if some is None else some, ENGLISH)
    if kind is Kind.STACK:
        return Chart(title, kind, table, "week", "mean", series="part")
    if kind is Kind.STRIP:
        return Chart(title, kind, table, "week", "mean")
    return Chart(title, kind, table, "week", "mean", "low", "high", series)


def values(drawn):
    return specification(drawn)["data"]["values"]


@pytest.mark.parametrize("kind", Kind)
def test_a_drawing_is_one_svg_with_its_title_for_readers_of_screens(kind):
    svg = ET.fromstring(chart_svg(chart(kind)))  # noqa: S314, what we have just made
    assert svg.tag == f"{SVG}svg"
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Minutes"
    assert "2026-W01" in {text.text for text in svg.iter(f"{SVG}text")}


@pytest.mark.parametrize("kind", Kind)
def test_what_xml_cannot_hold_is_shown_as_such_and_ends_no_process(kind):
    strange = "gl\x01ss\x00 \ud800\uffff　杯"
    drawn = chart(kind, [[strange, 60.0, 50.0, 80.0, strange]], title=strange)
    told = json.loads(charts._text(specification(drawn)))  # looked at first: the library would end the tests
    assert {row["by"] for row in told["data"]["values"]} == {"gl\ufffdss\ufffd \ufffd\ufffd　杯"}
    assert "\\u00" not in charts._text(specification(drawn))
    assert chart_svg(drawn) is not None
    assert chart_png(drawn) is not None


@pytest.mark.parametrize("kind", Kind)
def test_texts_of_people_stay_texts(kind):
    svg = chart_svg(chart(kind, [[HOSTILE, 60.0, 50.0, 80.0, HOSTILE]], title=HOSTILE))
    tree = ET.fromstring(svg)  # noqa: S314
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= {"svg", "g", "path", "text", "line", "rect"}
    for element in tree.iter():
        # an id would be there once for each drawing of the page
        assert not [name for name in element.attrib if name.lower().startswith("on") or "href" in name or name == "id"]
    assert any(text.text and text.text.startswith("</text>") for text in tree.iter(f"{SVG}text"))


def test_a_column_named_like_syntax_is_drawn_like_any_other():
    head = [Column("a.b['c']", "Name"), Column("datum[0]\\", "Value", Form.NUMBER)]
    odd = Chart("Odd", Kind.BARS, table_of("odd", head, [["x", 1.0]], ENGLISH), "a.b['c']", "datum[0]\\")
    assert values(odd) == [{"by": "x", "value": 1.0, "order": 0}]
    assert "<svg" in chart_svg(odd)


def test_nothing_is_fetched(monkeypatch):
    asked = {"data": {"url": "http://127.0.0.1:9/figures.json"}, "mark": "bar", "encoding": {}}
    with pytest.raises(ValueError, match="not allowed"):
        charts._svg(json.dumps(asked))


@pytest.mark.parametrize("kind", Kind)
def test_without_anything_known_nothing_is_drawn(kind):
    for empty in (chart(kind, []), chart(kind, [["2026-W01", None, None, None, None]])):
        assert chart_svg(empty) is None
        assert chart_png(empty) is None
        assert "There is nothing to draw here yet." in chart_figure(empty, ENGLISH)


@pytest.mark.parametrize("kind", Kind)
def test_one_row_is_enough(kind):
    assert "<svg" in chart_svg(chart(kind, rows(1)))


def test_a_week_without_a_figure_is_a_gap_and_no_zero():
    with_gap = [*rows(1), ["2026-W02", None, None, None, None], *rows(3)[2:]]
    assert [row["value"] for row in values(chart(Kind.LINE, with_gap))] == [60.0, None, 62.0]


def test_many_bars_are_cut_in_the_table_s_order_and_the_figure_says_so():
    many = chart(Kind.BARS, rows(60))
    assert [row["by"] for row in values(many)] == [row[0] for row in rows(MOST_BARS)]
    assert f"the first {MOST_BARS} of 60" in chart_figure(many, ENGLISH)


def test_of_many_weeks_the_latest_are_drawn():
    many = rows(1000, "week {}")
    assert [row["by"] for row in values(chart(Kind.LINE, many))] == [row[0] for row in many[-MOST_POINTS:]]


def test_a_hundred_thousand_dots_become_a_few_hundred_of_the_same_spread():
    many = [["all", float(place), None, None, None] for place in range(100_000)]
    found = values(chart(Kind.STRIP, many))
    dots = [row["dot"] for row in found if "dot" in row]
    assert len(dots) == MOST_DOTS
    assert (dots[0], dots[-1]) == (0.0, pytest.approx(99_999 / 3600))
    (middle,) = [row for row in found if "value" in row]
    expected = {"value": 50_000 / 3600, "low": 10_000 / 3600, "high": 89_999 / 3600}
    assert {name: middle[name] for name in expected} == pytest.approx(expected, rel=1e-4)


def test_seconds_are_drawn_in_the_unit_that_suits_them():
    def title(most):
        some = [["2026-W01", most, None, None, None]]
        return specification(chart(Kind.BARS, some))["layer"][0]["encoding"]["x"]["title"]

    assert [title(most) for most in (60.0, 600.0, 36_000.0)] == ["Mean (s)", "Mean (min)", "Mean (h)"]


def test_the_same_chart_is_drawn_once(monkeypatch):
    charts._svg.cache_clear()
    assert chart_svg(chart(Kind.BARS)) == chart_svg(chart(Kind.BARS))
    assert charts._svg.cache_info().misses == 1


def test_in_pages_letters_take_the_colour_around_them_and_in_print_they_are_dark_on_white():
    assert 'fill="currentColor"' in chart_svg(chart(Kind.LINE))
    picture = Image.open(io.BytesIO(chart_png(chart(Kind.LINE), scale=2))).convert("RGB")
    assert picture.size[0] == pytest.approx(2 * charts.WIDTH, rel=0.1)
    assert picture.getpixel((1, 1)) == (255, 255, 255)
    assert min(min(colour) for _, colour in picture.getcolors(1 << 24)) < 80


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("ground", ["#ffffff", "#1f2937", "#111827", "#030712"])
def test_each_colour_can_be_told_from_the_ground_of_light_and_dark_pages(colour, ground):
    """WCAG 2.2, 1.4.11: 3 to 1 for what has to be seen to understand a drawing."""
    dark, bright = sorted([luminance(colour), luminance(ground)])
    assert (bright + 0.05) / (dark + 0.05) >= 3


def test_a_figure_has_its_table_and_its_csv():
    html = chart_figure(chart(Kind.BARS), ENGLISH, csv='/api/v1/figures.csv?a="1"&b=2')
    assert '<figure class="chart" data-testid="chart-minutes-mean"><figcaption>Minutes</figcaption><svg' in html
    assert 'data-testid="table-minutes"' in html
    assert 'href="/api/v1/figures.csv?a=&quot;1&quot;&amp;b=2" download' in html
