import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.i18n import Words
from studio.tables import BOM, NOTHING, Column, Form, Table, money, table_csv, table_html, table_of, write

ENGLISH, JAPANESE = Words("en"), Words("ja")


def one_column(values, form=Form.TEXT, unit="", words=ENGLISH):
    return table_of("figures", [Column("it", "It", form, unit)], [[value] for value in values], words)


def read(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("value", "form", "unit", "text"),
    [
        (1234567, Form.COUNT, "", "1,234,567"),
        (12.3456, Form.SECONDS, "", "12.3 s"),
        (89, Form.SECONDS, "", "89 s"),
        (300, Form.SECONDS, "", "5 min"),
        (134.4, Form.SECONDS, "", "2 min 14 s"),
        (-599.9, Form.SECONDS, "", "−10 min"),
        (3690, Form.SECONDS, "", "61.5 min"),
        (9000, Form.SECONDS, "", "2.5 h"),
        (-300, Form.SECONDS, "", "−5 min"),
        (0.4567, Form.SHARE, "", "45.7 %"),
        (0.0, Form.SHARE, "", "0 %"),
        (0.000012, Form.SHARE, "", "< 0.01 %"),
        (1234.6, Form.MONEY, "JPY", "¥1,235"),
        (-0.346, Form.MONEY, "USD", "−$0.35"),
        (-0.001, Form.MONEY, "EUR", "−€0.0010"),
        (0.001234, Form.NUMBER, "", "0.00123"),
        (1.5, Form.NUMBER, "kWh", "1.5 kWh"),
        (10.0, Form.HOURS, "", "10 h"),
        (None, Form.MONEY, "USD", NOTHING),
        (float("nan"), Form.NUMBER, "", NOTHING),
    ],
)
def test_values_are_written_in_what_they_are_in(value, form, unit, text):
    table = one_column([value], form, unit)
    assert write(table.rows[0][0], table.head[0], ENGLISH) == text


def test_units_are_words_of_the_language():
    assert write(12.0, Column("it", "It", Form.SECONDS), JAPANESE) == "12 秒"
    assert table_csv(one_column([1.5], Form.SECONDS, words=JAPANESE)).decode("utf-8-sig").splitlines()[0] == "It (秒)"


def test_a_row_that_is_not_as_long_as_the_head_is_refused():
    with pytest.raises(ValueError, match="figures is not as long"):
        Table("figures", (Column("it", "It"),), (("a", "b"),))


def test_html_is_escaped_and_figures_stand_to_the_right():
    table = table_of("t", [Column("name", "<Name>"), Column("n", "N", Form.COUNT)], [["<script>", 3]], ENGLISH)
    html = table_html(table)
    assert "<script>" not in html
    assert '<th>&lt;Name&gt;</th><th class="figure">N</th>' in html
    assert '<td>&lt;script&gt;</td><td class="figure">3</td>' in html


def test_a_spreadsheet_finds_the_encoding_the_units_and_the_values_as_they_are():
    data = table_csv(one_column([0.1234567, None, -2.0], Form.SHARE))
    assert data.startswith(BOM.encode())
    assert data.endswith(b"\r\n")
    assert read(data) == [["It (share)"], ["0.1234567"], [""], ["-2"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "  =", "\n="])
def test_no_text_of_people_becomes_a_formula(start):
    assert read(table_csv(one_column([f"{start}HYPERLINK(1)"])))[1] == [f"'{start}HYPERLINK(1)"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_every_text_comes_back_out_of_csv(texts):
    rows = read(table_csv(one_column(texts)))[1:]
    assert [cell.removeprefix("'") for (cell,) in (row or [""] for row in rows)] == [
        text.removeprefix("'") for text in texts
    ]


@given(st.floats(-1e12, 1e12), st.sampled_from(["JPY", "USD", "EUR"]))
def test_any_amount_is_written_with_one_sign_at_most(amount, currency):
    text = money(amount, currency)
    assert text.count("−") <= 1
    assert "-" not in text


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([each for each in Form if each != "money"]))
def test_any_number_can_be_written(number, form):
    assert "-0 " not in write(number, Column("it", "It", form), ENGLISH) + " "
