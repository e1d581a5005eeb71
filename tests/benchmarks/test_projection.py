from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.scale.assumptions import Assumptions
from benchmarks.scale.projection import (
    INPUTS,
    SIZES,
    Inputs,
    StudioSize,
    as_markdown,
    measured_as_markdown,
    project,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "sizing.md"


@pytest.fixture(scope="module")
def measured() -> Inputs:
    return Inputs.read(INPUTS)


def between(text: str, name: str) -> str:
    return text.split(f"<!-- {name} -->")[1].split(f"<!-- end of {name} -->")[0].strip()


def test_the_document_has_the_figures_that_the_scripts_print(measured: Inputs) -> None:
    text = DOCUMENT.read_text("utf-8")
    found = {size.name: project(size, measured, Assumptions()) for size in SIZES}
    assert between(text, "projection") == as_markdown(SIZES, found)
    assert between(text, "inputs") == measured_as_markdown(measured)


def test_a_day_by_hand(measured: Inputs) -> None:
    studio = StudioSize("by hand", 10_000, 2)
    assumed = replace(Assumptions(), strokes=10, painted_area=0.5, opening_seconds=8, stroke_seconds=3, area_seconds=60)
    found = project(studio, measured, assumed)
    assert found.seconds_per_photo == pytest.approx(8 + 30 + 30)
    assert found.photos_per_day == pytest.approx(2 * 6.5 * 3600 / 68)
    assert found.working_days == pytest.approx(10_000 / found.photos_per_day)
    cost = measured.of(12.0)
    blobs = cost.photo_bytes + cost.thumbnail_bytes + 2 * cost.matte_bytes
    assert found.blobs_gb == pytest.approx(10_000 * blobs / 1e9)
    assert found.tables_gb == pytest.approx(10_000 * (measured.photo_row_bytes + 10 * measured.stroke_row_bytes) / 1e9)


def test_between_measured_sizes_lies_a_straight_line_and_beyond_it_megapixels_count(measured: Inputs) -> None:
    small, middle, large = (measured.of(size).draft_cpu_seconds for size in (4.0, 8.0, 12.0))
    assert middle == pytest.approx((small + large) / 2)
    assert measured.of(24.0).photo_bytes == pytest.approx(2 * measured.of(12.0).photo_bytes)


def test_more_operators_need_more_web_processes_and_have_the_pen_more_often(measured: Inputs) -> None:
    few, many = (project(StudioSize("", 1000, operators), measured, Assumptions()) for operators in (5, 40))
    assert few.web_processes < many.web_processes
    assert few.pen_load < many.pen_load < 1
    assert many.stroke_p95_ms <= Assumptions().wanted_p95_ms


def test_what_no_number_of_web_processes_can_keep_is_said(measured: Inputs) -> None:
    slow = replace(measured, sizes=tuple({**size, "pen_seconds": 0.2} for size in measured.sizes))
    with pytest.raises(ValueError, match="pen"):
        project(StudioSize("", 1000, 50), slow, replace(Assumptions(), http_seconds=0.0))
