import pytest

from annotation_store.kinds import ModelKind, Part
from annotation_store.records import JudgementRecord
from studio.pages.learning.judgement_figures import errors_of, figures_by_tag


def judged(image_id, live, candidate, *, tag="", part=Part.VALIDATION, measure="sad"):
    return JudgementRecord(
        model_version_id=1,
        image_id=image_id,
        project_id=1,
        tag=tag,
        part=part,
        live_model_id=None,
        figures={"live": {measure: live}, "candidate": {measure: candidate}},
        picture_blob=None,
    )


def test_means_stand_beside_each_other_tag_by_tag(english):
    rows = [
        judged(1, 2.0, 1.0, tag="fur"),
        judged(2, 4.0, 2.0, tag="fur"),
        judged(3, 1.0, 1.5),
        judged(4, 2.0, 2.2, part=Part.GOLDEN),
    ]
    html = figures_by_tag(rows, ModelKind.MATTING, english)
    for cell in ("3.000", "1.500", "−50 %", "+50 %", "2.333", "+10 %"):
        assert f'<span class="figure">{cell}</span>' in html
    assert html.index(english("no_tag")) < html.index("fur") < html.index(english("golden_images"))
    assert f"<td>{english('all_tags')}</td>" in html


def test_one_tag_needs_no_sum(english):
    html = figures_by_tag([judged(1, 2.0, 1.0)], ModelKind.MATTING, english)
    assert f"<td>{english('all_tags')}</td>" not in html


def test_drafters_are_compared_by_what_is_left_to_paint(english):
    html = figures_by_tag([judged(1, 0.2, 0.1, measure="painted_area")], ModelKind.DRAFTER, english)
    assert english("column_this", measure=english("measure_painted_area")) in html


@pytest.mark.parametrize("kind", list(ModelKind))
def test_figures_without_the_deciding_error_are_left_out(english, kind):
    strange = judged(1, 1.0, 2.0, measure="beauty")
    assert errors_of(strange, kind) is None
    assert figures_by_tag([strange], kind, english) == ""


def test_a_growth_from_nothing_is_no_share():
    assert errors_of(judged(1, 0.0, 2.0), ModelKind.MATTING).change == 0
