import pytest
from small_images import take_in

from annotation_store.incoming import RejectedFile
from annotation_store.intake import DuplicateFile, IntakeReport
from studio.i18n import Words
from studio.pages import intake_report as module
from studio.pages.intake_report import intake_report

HOSTILE = "<img src=x onerror=alert(1)>.png"
ENGLISH = Words("en")


@pytest.fixture
def image(studio):
    return take_in(studio.store, HOSTILE, 1)


def test_names_and_reasons_are_shown_as_text(image):
    report = IntakeReport((image,), (DuplicateFile(HOSTILE, image),), (RejectedFile(HOSTILE, "<b>no image</b>"),))
    html = intake_report(report, ENGLISH)
    assert "<img" not in html
    assert "<b>" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;.png") == 3
    assert "&lt;b&gt;no image&lt;/b&gt;" in html


def test_each_kind_has_its_own_notice_with_its_count(image):
    report = IntakeReport((image, image), (DuplicateFile("a.png", image),), (RejectedFile("b.txt", "no image"),))
    html = intake_report(report, ENGLISH)
    assert ENGLISH("taken_in", count=2) in html
    assert "a.png (= &lt;img" in html
    assert "b.txt: no image" in html
    assert [kind in html for kind in ("intake-accepted", "intake-duplicates", "intake-rejected")] == [True] * 3


def test_kinds_without_files_are_left_out(image):
    html = intake_report(IntakeReport((image,), (), ()), ENGLISH)
    assert "intake-accepted" in html
    assert "intake-duplicates" not in html
    assert "intake-rejected" not in html


def test_nothing_at_all_is_said():
    assert ENGLISH("nothing_found") in intake_report(IntakeReport((), (), ()), ENGLISH)


def test_many_refusals_are_cut_short_and_counted(monkeypatch):
    monkeypatch.setattr(module, "MOST_LINES", 2)
    rejected = tuple(RejectedFile(f"{number}.txt", "no image") for number in range(5))
    html = intake_report(IntakeReport((), (), rejected), ENGLISH)
    assert "1.txt" in html
    assert "2.txt" not in html
    assert ENGLISH("and_more", count=3) in html


def test_the_report_speaks_japanese(image):
    japanese = Words("ja")
    assert japanese("taken_in", count=1) in intake_report(IntakeReport((image,), (), ()), japanese)
