"""Photos are in one person's hands at a time."""

from collections.abc import Callable

import pytest
from browsers import in_both_browsers
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@in_both_browsers
def test_what_is_opened_is_in_hand_and_what_is_left_is_given_back(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.page.wait_for_function("matteloopEditor.ahead() === 2")
    at.wait_until(lambda: all(image.held > 0 for image in at.images))  # the one that comes next, too
    at.press("next")
    expect(at.page.get_by_test_id("image-name")).to_have_text(at.images[1].name)
    at.wait_until(lambda: at.images[0].left)
    at.page.wait_for_timeout(200)
    assert at.images[0].left == 1


@in_both_browsers
def test_who_leaves_the_page_keeps_no_photo_from_others(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.page.wait_for_function("matteloopEditor.ahead() === 2")
    at.page.goto(f"{at.address}/")
    at.page.wait_for_timeout(300)
    assert [image.left for image in at.images] == [1, 1]  # the one that was opened ahead, too


def test_a_photo_in_somebody_elses_hands_is_only_looked_at(desk: Callable) -> None:
    at = desk(2)
    at.images[0].held_by = "Ren"
    at.open(1)
    at.expect_text("editor-status", "Ren has this photo in hand")
    held = at.images[0].held
    for action in ("approve", "submit", "skip", "reopen"):
        expect(at.page.get_by_test_id(action)).to_be_hidden()
    at.draw((20, 20), (60, 30))
    assert at.images[0].log == []
    at.press("next")
    expect(at.page.get_by_test_id("image-name")).to_have_text(at.images[1].name)
    assert at.images[0].held == held


def test_a_photo_that_somebody_took_meanwhile_is_told_of_at_once(desk: Callable) -> None:
    at = desk(1)
    at.wait_for("ready")
    at.images[0].held_by = "Ren"
    at.page.evaluate("matteloopEditor.renewLease()")
    at.expect_text("notice-conflict", "Ren has")
    at.press("reload")
    at.expect_text("editor-status", "Ren has this photo in hand")


@in_both_browsers
def test_who_is_signed_out_is_led_to_the_sign_in_and_back_with_all_strokes(desk: Callable) -> None:
    at = desk(1)
    at.wait_for("ready")
    at.page.evaluate(
        "() => { const real = window.fetch; window.fetch = async (path, options) => options?.method === 'POST'"
        ' ? new Response(\'{"detail": "Signed out.", "code": "signed_out"}\', { status: 401 })'
        " : real(path, options); }"
    )
    at.draw((20, 20), (60, 30))
    at.expect_text("notice-error", "Signed out.")
    link = at.page.get_by_role("link", name="Sign in again")
    expect(link).to_have_attribute("href", "/sign-in?next=%2Fcorrect%3Fimage%3D1")
    at.page.on("dialog", lambda dialog: dialog.accept())
    at.open(1)  # as the sign-in leads back
    at.wait_for("saved")
    assert len(at.images[0].log) == 1
    at.assert_same_as_server(at.images[0])
