"""From photo to photo: review, flags, notes, guidelines, the next photo opened ahead, and decisions under way."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from browsers import in_both_browsers
from playwright.sync_api import Route, expect

pytestmark = pytest.mark.browser

FLASH = ".ml-flash"


def lay_with_next_ahead(desk: Callable, count: int = 3) -> Any:
    """A desk whose second photo is opened while the first is looked at."""
    at = desk(count)
    at.wait_for("ready")
    at.page.wait_for_function("matteloopEditor.ahead() === 2")
    return at


@in_both_browsers
@pytest.mark.parametrize("way", ["key", "button"])
def test_submitting_leads_on_and_leaves_the_photo_in_review(desk: Callable, way: str) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.draw((20, 20), (60, 30))
    if way == "key":
        at.page.keyboard.press("Control+Enter")
    else:
        at.press("submit")
    at.expect_text("image-name", "ellipse_2.jpg")
    at.wait_for("ready")
    expect(at.page.locator(FLASH)).to_have_text("Sent to review: ellipse_1.jpg")
    assert (at.images[0].state, at.images[0].revision) == ("in_review", 2)
    at.expect_text("queue-left", "1 left")
    at.expect_text("today", "1 sent to review")


@in_both_browsers
def test_a_photo_in_review_is_returned_with_a_reason_that_may_not_be_empty(desk: Callable) -> None:
    at = desk(2)
    at.images[1].state = "in_review"
    at.open(2)
    at.wait_for("ready")
    at.expect_text("editor-status", "In review")
    there = {"approve": True, "giveBack": True, "skip": True, "submit": False, "reopen": False}
    for testid, is_there in there.items():
        expect(at.page.get_by_test_id(testid)).to_be_visible(visible=is_there)
    for testid in ("ink-foreground", "tool-brush", "undo", "recompute", "widen"):
        expect(at.page.get_by_test_id(testid)).to_be_disabled()
    at.draw((20, 20), (60, 30))
    for key in ("Control+z", ".", "r", "Control+Enter"):
        at.page.keyboard.press(key)
    at.press("giveBack")
    reason, confirm = at.page.get_by_test_id("skip-reason"), at.page.get_by_test_id("skip-confirm")
    for nothing in ("", "   "):
        reason.fill(nothing)
        confirm.click()
        expect(reason).to_be_visible()
    assert at.images[1].state == "in_review"
    reason.fill("the strap is cut off")
    confirm.click()
    at.expect_text("image-name", "ellipse_1.jpg")
    expect(at.page.locator(FLASH)).to_have_text("Returned: ellipse_2.jpg")
    assert (at.images[1].state, at.images[1].note) == ("in_correction", "the strap is cut off")
    assert at.images[1].log == []


def test_a_reviewer_approves_what_was_submitted(desk: Callable) -> None:
    at = desk(2)
    at.images[1].state = "in_review"
    at.open(2)
    at.wait_for("ready")
    at.page.keyboard.press("Enter")
    at.expect_text("image-name", "ellipse_1.jpg")
    assert at.images[1].state == "approved"


@in_both_browsers
def test_q_flags_a_photo_until_it_is_pressed_again(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    flag = at.page.get_by_test_id("flag")
    at.page.keyboard.press("q")
    expect(at.page.locator(FLASH)).to_have_text("Flagged for a second look")
    expect(flag).to_have_attribute("aria-pressed", "true")
    at.page.reload()
    at.wait_for("ready")
    expect(flag).to_have_attribute("aria-pressed", "true")
    assert at.images[0].flag_note == ""
    expect(flag).to_have_attribute("title", "Flag for a second look (Q)")
    at.press("flag")
    expect(at.page.locator(FLASH)).to_have_text("The flag is gone")
    expect(flag).to_have_attribute("aria-pressed", "false")
    assert at.images[0].flag_note is None


def test_what_is_written_beside_a_flag_is_its_tooltip(desk: Callable) -> None:
    at = desk()
    at.images[1].flag_note = "check the handle"
    at.open(2)
    at.wait_for("ready")
    expect(at.page.get_by_test_id("flag")).to_have_attribute("title", "check the handle")


@in_both_browsers
def test_a_note_is_pinned_where_the_pointer_is_and_taken_away_when_done(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    place = at.page.evaluate("matteloopEditor.imageToClient(45.5, 33.5)")
    at.page.mouse.move(place["x"], place["y"])
    at.page.keyboard.press("i")
    at.page.get_by_test_id("note-text").fill("The strap, bitte prüfen\nストラップ")
    at.press("note-add")
    pins = at.page.locator(".ml-pin")
    expect(pins).to_have_count(2)  # one in each pane
    [note] = at.images[0].notes
    assert (note["x"], note["y"], note["text"]) == (45, 33, "The strap, bitte prüfen\nストラップ")
    transform = pins.first.get_attribute("transform")
    left, top = map(float, re.findall(r"[\d.]+", transform))
    pane = at.page.get_by_test_id("pane-photo").bounding_box()
    assert (pane["x"] + left, pane["y"] + top) == pytest.approx((place["x"], place["y"]), abs=0.01)
    expect(at.page.get_by_test_id("note")).to_have_attribute("data-count", "1")
    at.page.reload()
    at.wait_for("ready")
    expect(pins).to_have_count(2)
    at.press("note")
    notes = at.page.get_by_test_id("notes")
    expect(notes.get_by_role("listitem")).to_contain_text("The strap")
    expect(notes).to_contain_text("keiko")
    at.press("note-resolve")
    expect(notes).to_contain_text("No open notes on this photo.")
    at.page.keyboard.press("Escape")
    expect(pins).to_have_count(0)
    assert at.images[0].notes[0]["resolved_by"] == "keiko"


def test_a_note_is_not_pinned_beside_the_photo_nor_when_called_off(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    place = at.page.evaluate("matteloopEditor.imageToClient(-3, 33)")
    at.page.mouse.move(place["x"], place["y"])
    at.page.keyboard.press("i")
    expect(at.page.get_by_test_id("notes")).to_be_visible()
    at.page.keyboard.press("Escape")
    place = at.page.evaluate("matteloopEditor.imageToClient(30, 33)")
    at.page.mouse.move(place["x"], place["y"])
    at.page.keyboard.press("i")
    at.page.get_by_test_id("note-text").fill("never mind")
    at.page.keyboard.press("Escape")
    expect(at.page.get_by_test_id("note-dialog")).to_have_count(0)
    assert at.images[0].notes == []


GUIDELINES = """# Straps

- keep the strap
- *no* shadow

## Glass
Leave glass
half clear. <script>window.isBroken = true</script><img src=x onerror="window.isBroken = true">
"""


def test_f1_shows_the_guidelines_as_headings_lists_and_plain_text(desk: Callable) -> None:
    at = desk(guidelines=GUIDELINES)
    at.wait_for("ready")
    at.page.keyboard.press("F1")
    text = at.page.get_by_test_id("guidelines-text")
    expect(text.get_by_role("heading")).to_have_text(["Straps", "Glass"])
    expect(text.get_by_role("listitem")).to_have_text(["keep the strap", "*no* shadow"])
    expect(text).to_contain_text("<script>window.isBroken = true</script>")
    assert text.locator("script, img").count() == 0
    assert at.page.evaluate("window.isBroken") is None
    at.page.keyboard.press("Escape")
    expect(at.page.locator("dialog")).to_have_count(0)


def test_that_there_are_no_guidelines_is_told(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.press("guidelines")
    at.expect_text("guidelines-text", "No guidelines have been written yet.")


def test_the_next_photo_is_there_before_the_decision_is_answered(desk: Callable) -> None:
    at = lay_with_next_ahead(desk)
    held: list[Route] = []
    at.page.route("**/approve", lambda route: held.append(route))
    at.press("approve")
    at.expect_text("image-name", "ellipse_2.jpg")
    at.wait_for("ready")
    at.wait_until(lambda: held)
    assert (len(held), at.images[0].state) == (1, "ready")
    asked: list[str] = []
    at.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with at.page.expect_event("dialog"):
        at.page.evaluate("location.href = '/'")
    assert asked == ["beforeunload"]
    expect(at.page.locator(FLASH)).to_be_hidden()
    held[0].continue_()
    expect(at.page.locator(FLASH)).to_have_text("Approved: ellipse_1.jpg")
    at.page.evaluate("matteloopEditor.whenDecided()")
    assert at.images[0].state == "approved"
    at.expect_text("today", "1 approved")  # and not what was true before the answer
    at.expect_text("queue-left", "2 left")
    at.draw((20, 20), (60, 30))  # the photo that was opened ahead is as good as any
    at.assert_same_as_server(at.images[1])
    at.wait_for("saved")
    at.page.goto(f"{at.address}/")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("status", [409, 500])
def test_a_refused_decision_is_told_and_leads_back(desk: Callable, status: int) -> None:
    at = lay_with_next_ahead(desk)
    refusal = {"status": status, "content_type": "application/json", "body": '{"detail": "Aiko was faster."}'}
    at.page.route("**/approve", lambda route: route.fulfill(**refusal))
    at.press("approve")
    at.wait_for("error")
    told = "The studio does not answer" if status == 500 else "Aiko was faster."
    at.expect_text("notice-error", "ellipse_1.jpg was not decided")
    at.expect_text("notice-error", told)
    at.press("go-back")
    at.expect_text("image-name", "ellipse_1.jpg")
    at.wait_for("ready")
    assert at.images[0].state == "ready"
    at.page.unroute_all(behavior="wait")
    at.press("approve")
    at.expect_text("image-name", "ellipse_2.jpg")
    assert at.images[0].state == "approved"


def test_going_back_to_a_refused_photo_saves_what_was_drawn_meanwhile(desk: Callable) -> None:
    at = lay_with_next_ahead(desk)
    held: list[Route] = []
    at.page.route("**/images/2/edits", lambda route: held.append(route))
    decisions: list[Route] = []
    at.page.route("**/approve", lambda route: decisions.append(route))
    at.press("approve")
    at.expect_text("image-name", "ellipse_2.jpg")
    at.draw((20, 20), (60, 30))
    at.wait_for("sending")
    at.wait_until(lambda: decisions)
    decisions[0].fulfill(status=409, content_type="application/json", body='{"detail": "Aiko was faster."}')
    at.press("go-back")
    expect(at.page.get_by_test_id("image-name")).to_have_text("ellipse_2.jpg")  # until that is saved
    at.wait_until(lambda: held)
    held[0].continue_()
    at.expect_text("image-name", "ellipse_1.jpg")
    assert len(at.images[1].log) == 1


def test_a_photo_that_somebody_else_decided_on_meanwhile_is_passed_by(desk: Callable) -> None:
    at = lay_with_next_ahead(desk)
    at.images[1].state = "approved"
    at.press("approve")
    at.expect_text("image-name", "ellipse_3.jpg")
    at.wait_for("ready")
    assert at.images[0].state == "approved"


def test_the_way_back_leads_over_what_was_decided(desk: Callable) -> None:
    at = lay_with_next_ahead(desk)
    at.press("approve")
    at.expect_text("image-name", "ellipse_2.jpg")
    at.wait_for("ready")
    at.press("next")
    at.expect_text("image-name", "ellipse_3.jpg")
    for name in ("ellipse_2.jpg", "ellipse_1.jpg"):
        at.wait_for("ready")
        at.press("previous")
        at.expect_text("image-name", name)
    expect(at.page.get_by_test_id("previous")).to_be_disabled()
    expect(at.page.get_by_test_id("reopen")).to_be_visible()


def test_why_a_photo_came_back_is_told_when_it_opens_and_among_its_notes(desk: Callable) -> None:
    at = desk()
    at.images[1].returned = {"reason": "the strap is cut off", "by": "Ren"}
    at.open(2)
    at.wait_for("ready")
    expect(at.page.locator(".ml-flash")).to_contain_text("Returned by Ren: the strap is cut off")
    at.page.get_by_test_id("note").click()
    expect(at.page.get_by_test_id("notes")).to_contain_text("the strap is cut off")


def test_a_photo_without_a_draft_says_why_and_others_do_not(desk: Callable) -> None:
    at = desk(count=2)
    at.images[1].drafter = "blank"
    at.page.reload()  # the next photo may have been fetched ahead
    at.wait_for("ready")
    expect(at.page.get_by_test_id("image-blank")).to_be_hidden()
    at.page.keyboard.press("n")
    expect(at.page.get_by_test_id("image-blank")).to_be_visible()
    expect(at.page.get_by_text("begins without a draft")).to_be_visible()
    at.page.keyboard.press("x")
    expect(at.page.get_by_text("No draft for this photo")).to_be_visible()
