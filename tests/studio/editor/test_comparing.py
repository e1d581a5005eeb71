"""The matte beside, or in place of, another version of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from browsers import in_both_browsers
from pane_pixels import draws, like
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def erased_middle(at: Any) -> None:
    """The middle of the ellipse is foreground in the draft, and background now."""
    at.press("backdrop-alpha")
    at.press("ink-background")
    at.draw((70, 60), (90, 60))
    at.wait_for("saved")
    at.press("fit")


BLACK, WHITE = [0, 0, 0], [255, 255, 255]


@in_both_browsers
def test_w_wipes_between_the_matte_and_the_draft(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    erased_middle(at)
    at.page.keyboard.press("w")
    line = at.page.get_by_test_id("wipe-line")
    expect(line).to_be_visible()
    draws(at, "matte", (70, 60), like(BLACK))  # left of the line: as it is now
    draws(at, "matte", (90, 60), like(WHITE))  # right of it: the draft
    pane = at.page.get_by_test_id("pane-matte").bounding_box()
    place = line.bounding_box()
    at.page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 200)
    at.page.mouse.down()
    at.page.mouse.move(pane["x"] + 0.1 * pane["width"], place["y"] + 220, steps=3)
    at.page.mouse.up()
    expect(line).to_have_attribute("aria-valuenow", "10")
    draws(at, "matte", (70, 60), like(WHITE))
    assert len(at.images[0].log) == 1  # the line was dragged, nothing was painted
    line.focus()
    for _ in range(42):
        at.page.keyboard.press("ArrowRight")
    expect(line).to_have_attribute("aria-valuenow", "94")
    draws(at, "matte", (90, 60), like(BLACK))
    at.page.keyboard.press("ArrowLeft")
    expect(line).to_have_attribute("aria-valuenow", "92")
    at.page.keyboard.press("w")
    expect(line).to_be_hidden()
    draws(at, "matte", (90, 60), like(BLACK))


@in_both_browsers
def test_y_shows_the_other_version_as_long_as_it_is_held(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    erased_middle(at)
    draws(at, "matte", (80, 60), like(BLACK))
    at.page.keyboard.down("y")
    draws(at, "matte", (80, 60), like(WHITE))
    at.page.keyboard.up("y")
    draws(at, "matte", (80, 60), like(BLACK))


def test_what_was_approved_before_is_compared_with_or_told_to_be_missing(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("w")
    at.press("compareWith-approved")
    expect(at.page.locator(".ml-flash")).to_have_text("This photo has not been approved before")
    expect(at.page.get_by_test_id("compareWith-draft")).to_have_attribute("aria-pressed", "true")  # as before
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()
    at.images[0].approved = np.full((120, 160), 255, np.uint8)
    at.press("backdrop-alpha")
    at.press("compareWith-draft")
    draws(at, "matte", (150, 10), like(BLACK))
    at.press("compareWith-approved")
    draws(at, "matte", (150, 10), like(WHITE))
    draws(at, "matte", (10, 10), like(BLACK))


def test_a_photo_without_the_version_that_was_compared_with_last_is_compared_with_its_draft(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].approved = np.full((120, 160), 255, np.uint8)
    at.page.keyboard.press("w")
    at.press("compareWith-approved")
    expect(at.page.get_by_test_id("compareWith-approved")).to_have_attribute("aria-pressed", "true")
    at.open(2)  # never approved; what is liked best is remembered
    at.wait_for("ready")
    at.page.keyboard.press("w")
    expect(at.page.get_by_test_id("compareWith-draft")).to_have_attribute("aria-pressed", "true")
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()


def test_comparing_goes_on_with_the_next_photo(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.images[1].draft = 255 - at.images[1].draft
    at.press("backdrop-alpha")
    at.page.keyboard.press("w")
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()
    at.page.keyboard.press("n")
    at.expect_text("image-name", "ellipse_2.jpg")
    expect(at.page.get_by_test_id("wipe")).to_have_attribute("aria-pressed", "true")
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()
    draws(at, "matte", (90, 60), like(BLACK))
    draws(at, "matte", (70, 60), like(WHITE))
