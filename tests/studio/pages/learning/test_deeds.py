import gradio as gr
import pytest

from studio.pages.learning.deeds import Deed, DeedKind, button

HOSTILE = """<b>"'&"""


def pressed(data):
    return Deed.of(gr.EventData(None, data))


@pytest.mark.parametrize("kind", list(DeedKind))
def test_what_stands_on_a_button_comes_back(kind):
    deed = Deed(kind, 12, 3)
    assert f'data-deed="{deed.text}"' in button("Do it", deed)
    assert pressed({"deed": deed.text}) == deed


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"deed": None},
        {"deed": "let_serve"},
        {"deed": "let_serve:1"},
        {"deed": "let_serve:1:2:3"},
        {"deed": "let_serve:one:2"},
        {"deed": "let_serve:-1:2"},
        {"deed": "let_serve:٣:2"},
        {"deed": f"let_serve:{2**63}:1"},
        {"deed": "drop_tables:1:1"},
    ],
)
def test_what_no_button_says_is_nothing(data):
    assert pressed(data) is None


def test_texts_on_a_button_are_texts():
    html = button(HOSTILE, Deed(DeedKind.REFUSE, 1), ask=HOSTILE)
    assert "<b>" not in html
    assert html.count('"') == html.replace("&quot;", "").count('"')
