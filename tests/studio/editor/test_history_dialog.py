"""What happened to a photo, and the way back to an earlier matte."""

from collections.abc import Callable

import pytest
from browsers import in_both_browsers
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@in_both_browsers
def test_an_earlier_matte_is_looked_at_and_brought_back(desk: Callable) -> None:
    at = desk(1)
    at.wait_for("ready")
    image = at.images[0]
    at.draw((20, 20), (60, 30))
    at.wait_for("saved")
    image.keep()
    at.open(1)
    at.wait_for("ready")
    at.page.keyboard.press("F2")
    entries = at.page.get_by_test_id("history").locator("li")
    expect(entries).to_have_count(4)
    assert "Returned" in entries.first.inner_text()  # the newest first, with its reason
    assert "the handle" in entries.first.inner_text()
    expect(at.page.get_by_test_id("history-2")).to_have_attribute("aria-pressed", "true")
    expect(at.page.get_by_test_id("history-restore")).to_be_disabled()

    at.press("history-1")
    at.expect_text("history-view", "1,234 pixels differ, by 0.568 thousand in all")
    expect(at.page.get_by_test_id("history-view").locator("img")).to_have_count(2)
    at.press("history-restore")
    expect(at.page.get_by_test_id("history-dialog")).to_be_hidden()
    at.wait_for("ready", "saved")
    assert image.revision == 3
    at.assert_same_as_server(image)
    assert at.trimap() == image.draft.tobytes()


def test_the_history_of_a_photo_in_somebody_elses_hands_is_only_looked_at(desk: Callable) -> None:
    at = desk(1)
    at.images[0].revision, at.images[0].held_by = 2, "Ren"
    at.open(1)
    at.expect_text("editor-status", "Ren has this photo in hand")
    at.press("history")
    at.press("history-1")
    expect(at.page.get_by_test_id("history-restore")).to_be_disabled()
