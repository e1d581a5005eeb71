import ast
import io
import re
from datetime import UTC
from pathlib import Path
from string import Formatter
from types import ModuleType
from zoneinfo import ZoneInfo

import pypdf
import pytest
from made_up_pilot import made_up_report
from small_images import disc

from annotation_store.kinds import PilotArm
from annotation_store.pilots import limits, next_step, pilot_money
from annotation_store.pilots.next_step import StepKind
from matting_core.image_io import encode_jpeg
from studio.i18n import LANGUAGES, texts
from studio.reports import pilot_document as pilot_document_module
from studio.reports import pilot_pictures, pilot_tables, pilot_teller
from studio.reports.document import Document, KeyFigures, NewPage, Verdict
from studio.reports.html_document import html_document
from studio.reports.pdf_document import pdf_document
from studio.reports.pilot_document import pilot_document
from studio.reports.pilot_tables import photos_table
from studio.tables import table_csv

TOKYO = ZoneInfo("Asia/Tokyo")


def document(language: str = "en", **asked: object) -> Document:
    picture = encode_jpeg(disc()[0])
    report = made_up_report(**asked)  # type: ignore[arg-type]
    return pilot_document(report, language=language, zone=TOKYO, pictures=lambda _: (("Photo", picture),))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_the_verdict_comes_first_with_its_reason_and_the_figures_behind_it():
    first_page = document().blocks[: document().blocks.index(NewPage())]
    (verdict,) = (block for block in first_page if isinstance(block, Verdict))
    (figures,) = (block for block in first_page if isinstance(block, KeyFigures))
    assert verdict.text == "Drafts pay: give them to more photos like these"
    assert "34.4 s" in verdict.why
    assert [figure.label for figure in figures.figures][:4] == [
        "Time per photo, with draft",
        "Time per photo, without draft",
        "Time saved per photo",
        "Time saved, share of the whole",
    ]
    assert all(figure.formula for figure in figures.figures)


def test_too_few_photos_are_told_with_how_many_another_pilot_would_take():
    """As docs/pilot.md promises: the report says how many."""
    blocks = document(photos=0).blocks
    verdict = next(block for block in blocks if isinstance(block, Verdict))
    assert verdict.text == "Too few photos to tell"
    assert verdict.why.endswith("Take about 30 photos for another pilot.")


def test_money_is_told_in_the_currency_of_the_card_with_its_formula():
    figures = next(block for block in document().blocks if isinstance(block, KeyFigures)).figures
    saved = next(figure for figure in figures if figure.label == "Money saved by the draft, per photo")
    assert (saved.value, saved.span) == ("¥54", "90 % range: ¥30 – ¥75")
    assert "¥101 without less ¥47" in saved.formula


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_needs_nothing_from_anywhere_and_runs_nothing(language: str):
    html = html_document(document(language)).decode()
    assert f'<html lang="{language}">' in html
    assert "<script" not in html
    assert set(re.findall(r'(?:src|href)="([a-z]+):', html)) == {"data"}
    assert "Spring &lt;catalogue&gt;" in html
    assert "<b>00" not in html  # a photo's name is text


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_and_pdf_tell_the_same_verdict(language: str):
    told = document(language)
    verdict = next(block for block in told.blocks if isinstance(block, Verdict))
    assert verdict.text in html_document(told).decode()
    assert verdict.text.replace(" ", "") in text_of(pdf_document(told)).replace(" ", "").replace("\n", "")


def test_the_pdf_says_who_made_it_and_has_the_verdict_on_a_page_of_its_own():
    reader = pypdf.PdfReader(io.BytesIO(pdf_document(document())))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Spring <catalogue>", "Matteloop")
    first, second = (page.extract_text() for page in reader.pages[:2])
    assert "What to do next" in first
    assert "Time" in second
    assert "Time that a draft saves" not in first


def test_japanese_names_can_be_read_in_an_english_pdf():
    assert "写真-01.jpg" in text_of(pdf_document(document(tag="ガラス")))


def test_a_yen_is_a_yen_in_japanese_letters():
    assert "\\54" not in text_of(pdf_document(document("ja")))


def test_the_same_report_makes_the_same_pdf():
    assert pdf_document(document()) == pdf_document(document())


@pytest.mark.parametrize("photos", [0, 1, 2])
def test_a_pilot_of_hardly_any_photos_is_told_all_the_same(photos: int):
    told = document(photos=photos)
    verdict = next(block for block in told.blocks if isinstance(block, Verdict))
    assert verdict.text == "Too few photos to tell"
    assert pdf_document(told).startswith(b"%PDF")
    assert b"nan" not in html_document(told)


def test_days_are_those_of_the_studios_clock():
    report = made_up_report()
    in_tokyo, in_utc = (pilot_document(report, language="en", zone=zone).blocks[0] for zone in (TOKYO, UTC))
    assert "measured 2026-11-21" in str(in_tokyo)  # 17 o'clock in UTC is past midnight there
    assert "measured 2026-11-20" in str(in_utc)


def test_the_csv_has_every_photo_in_the_order_of_the_lot_and_no_formula():
    lines = table_csv(photos_table(made_up_report(), language="en")).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("No.,Photo,Begun from,Tags,Group,Working time (s)")
    assert len(lines) == 25
    assert lines[1].startswith("1,'=cup & <b>00.jpg,without draft,hair,1,90,80,10,0,")


def test_every_text_is_asked_for_somewhere():
    literals = {
        node.value
        for module in (pilot_document_module, pilot_tables, pilot_teller, pilot_pictures)
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    told = set(re.findall(r'"pilot_((?:why|limit)_\w+)"', sources_of(next_step, limits)))
    told |= {f"limit_{name}" for name in ("unfinished", "skipped", "unmeasured", "untimed", "drafts_used")}
    told |= {f"{part}_{kind.value}" for part in ("verdict", "step") for kind in StepKind}
    told |= {f"arm_{arm.value}" for arm in PilotArm} | {f"cost_{way}" for way in ("drafted", "blank", "outside")}
    told |= {f"column_{key}" for key in ("cost", "low", "high")}
    told |= {f"formula_{key}" for key in re.findall(r'"pilot_(\w+)", ', sources_of(pilot_money))} | {"formula_unknown"}
    assert set(texts("en", "pilot")) - literals == told - literals


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_limit_has_a_text_with_the_same_numbers_in_it(language: str):
    kept, other = texts(language, "pilot"), texts("en", "pilot")
    keys = set(re.findall(r'"pilot_((?:why|limit)_\w+)"', sources_of(next_step, limits)))
    assert len(keys) > 10
    for key in keys:
        assert fields(kept[key]) == fields(other[key]), key
    for kind in StepKind:
        assert kept[f"verdict_{kind.value}"]
        assert kept[f"step_{kind.value}"]


def test_both_languages_have_the_same_texts_in_the_same_order_with_the_same_numbers():
    english, japanese = texts("en", "pilot"), texts("ja", "pilot")
    assert list(english) == list(japanese)
    assert all(fields(english[key]) == fields(japanese[key]) for key in english)


def sources_of(*modules: ModuleType) -> str:
    return "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in modules)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
