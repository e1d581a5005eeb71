"""What the studio says about a matte: where it is doubtful, and what may be a slip of the hand."""

from collections.abc import Callable

import pytest
from browsers import in_both_browsers
from pane_pixels import again, anything, draws, like, unlike, view
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PLACES = [(20, 20, 40, 40), (120, 20, 140, 40), (20, 90, 40, 110)]


@in_both_browsers
def test_m_shows_where_the_model_is_unsure_in_both_panes_and_hides_it_again(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].places = PLACES
    at.press("backdrop-white")
    places = {"photo": (30, 30), "matte": (30, 30)}
    bare = {pane: draws(at, pane, place, anything) for pane, place in places.items()}
    heat = at.page.get_by_test_id("heat")
    at.page.keyboard.press("m")
    expect(heat).to_have_attribute("aria-pressed", "true")
    for pane, place in places.items():
        draws(at, pane, place, unlike(bare[pane]))
        draws(at, pane, (80, 100), anything)
    at.page.keyboard.press("m")
    expect(heat).to_have_attribute("aria-pressed", "false")
    for pane, place in places.items():
        draws(at, pane, place, like(bare[pane]))


@in_both_browsers
def test_j_and_k_go_through_the_doubtful_places_and_around(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].places = PLACES
    for key, number in [("j", 1), ("j", 2), ("j", 3), ("j", 1), ("k", 3), ("k", 2)]:
        at.page.keyboard.press(key)
        expect(at.page.locator(".ml-flash")).to_have_text(f"Doubtful place {number} of 3")
        left, top, right, bottom = PLACES[number - 1]
        assert view(at)["centre"] == [(left + right) / 2, (top + bottom) / 2]
        assert view(at)["scale"] > 1
        expect(at.page.locator(".ml-doubt")).to_have_count(2)  # one in each pane


def test_that_nothing_is_doubtful_is_told_in_words(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("j")

    expect(at.page.locator(".ml-flash")).to_have_text("Nothing doubtful was found")
    assert view(at) is None


def test_that_the_studio_cannot_be_asked_is_not_told_as_nothing_doubtful(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.route("**/doubt", lambda route: route.abort())
    at.page.keyboard.press("j")

    expect(at.page.locator(".ml-flash")).to_contain_text("The studio does not answer")


def test_after_a_stroke_the_doubtful_places_are_looked_for_anew(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].places = PLACES
    at.page.keyboard.press("j")
    expect(at.page.locator(".ml-flash")).to_have_text("Doubtful place 1 of 3")
    at.images[0].places = PLACES[1:]  # what was doubtful is right after the stroke
    at.draw((30, 30))
    at.wait_for("saved")
    at.page.keyboard.press("j")

    expect(at.page.locator(".ml-flash")).to_have_text("Doubtful place 1 of 2")
    assert view(at)["centre"] == [130, 30]


@in_both_browsers
def test_likely_slips_are_counted_and_marked_and_hidden_by_t(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].slips = PLACES[:2]
    again(at)
    slips, marks = at.page.get_by_test_id("slips"), at.page.locator(".ml-slip.is-speck")
    expect(slips).to_have_attribute("data-count", "2")
    expect(marks).to_have_count(4)  # two in each pane
    at.page.keyboard.press("t")
    expect(marks).to_have_count(0)
    expect(slips).to_have_attribute("aria-pressed", "false")
    at.page.keyboard.press("t")
    expect(marks).to_have_count(4)
