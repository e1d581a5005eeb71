import pytest

from annotation_store.states import ImageState
from studio.i18n import Words
from studio.pages.fragments import notice, progress_bar, state_pill, table

HOSTILE = '<img src=x onerror="alert(1)">&'
HARMLESS = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;"


def test_a_notice_escapes_its_lines():
    html = notice("bad", [HOSTILE, "second"], testid="answer")
    assert html == (f'<div class="notice notice-bad" data-testid="answer"><p>{HARMLESS}</p><p>second</p></div>')


@pytest.mark.parametrize(("share", "percent"), [(0, 0), (0.004, 0), (0.336, 34), (1, 100), (1.5, 100), (-1, 0)])
def test_a_progress_bar_is_filled_to_its_share_and_never_overflows(share, percent):
    html = progress_bar(share, HOSTILE)
    assert f'style="width:{percent}%"' in html
    assert f'aria-valuenow="{percent}"' in html
    assert HARMLESS in html
    assert "<img" not in html


def test_a_table_has_a_row_for_each_row_and_escapes_its_head():
    html = table([HOSTILE, "b"], [("1", "<b>2</b>"), ("3", "4")], testid="models")
    assert f"<th>{HARMLESS}</th><th>b</th>" in html
    assert html.count("<tr>") == 3
    assert "<td>1</td><td><b>2</b></td>" in html
    assert 'data-testid="models"' in html


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_state_has_a_pill_in_words(language):
    pills = {state_pill(state, Words(language)) for state in ImageState}
    assert len(pills) == len(ImageState)
    assert state_pill(ImageState.IN_CORRECTION, Words("en")) == (
        '<span class="pill pill-in_correction">in correction</span>'
    )
