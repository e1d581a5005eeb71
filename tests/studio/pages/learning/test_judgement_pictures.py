import re

from annotation_store.kinds import ModelKind, Part
from annotation_store.records import JudgementRecord
from studio.pages.learning.judgement_pictures import MOST_OF_EACH, pictures_view


def judged(image_id, grown, *, picture="blob"):
    return JudgementRecord(
        model_version_id=7,
        image_id=image_id,
        project_id=1,
        tag="",
        part=Part.VALIDATION,
        live_model_id=None,
        figures={"live": {"sad": 2.0}, "candidate": {"sad": 2.0 + grown}},
        picture_blob=picture,
    )


def images_in(html, testid):
    side = html.split(f'data-testid="{testid}"')[1].split("</div>")[0]
    return [int(number) for number in re.findall(r"/models/7/judgements/(\d+)/picture", side)]


def test_the_worst_and_the_best_are_shown_the_largest_change_first(studio, english, two_products):
    first, second, third = two_products
    rows = [judged(first, 0.5), judged(second, 1.0), judged(third, -0.5)]
    html = pictures_view(studio.store, rows, ModelKind.MATTING, english)
    assert images_in(html, "regressions") == [second, first]
    assert images_in(html, "gains") == [third]
    assert "2.000 → 3.000 (+50 %)" in html
    assert "cup_1.png" in html


def test_few_are_shown_and_only_those_that_have_a_picture(studio, english, two_products):
    many = [judged(two_products[0], 0.1)] * (MOST_OF_EACH + 2)
    html = pictures_view(studio.store, many, ModelKind.MATTING, english)
    assert len(images_in(html, "regressions")) == MOST_OF_EACH
    without = [judged(two_products[0], 0.1, picture=None)]
    assert pictures_view(studio.store, without, ModelKind.MATTING, english) == ""
