from dataclasses import replace

from annotation_store.learning import golden
from studio.pages.learning.deeds import Deed, DeedKind
from studio.pages.learning.golden_view import golden_view


def test_golden_images_are_shown_and_can_be_given_up(studio, scene, english, two_products):
    golden.choose_golden(studio.store, two_products[0], by="keiko")
    html = golden_view(studio.store, scene(), english)
    assert "bowl_1.png" in html
    assert Deed(DeedKind.RETIRE_GOLDEN, two_products[0]).text in html
    assert "cup_1.png" not in html


def test_those_of_other_projects_are_not_shown(studio, scene, english, two_products):
    golden.choose_golden(studio.store, two_products[0], by="keiko")
    html = golden_view(studio.store, replace(scene(), projects=()), english)
    assert "bowl_1.png" not in html
    assert english("no_golden") in html
