"""Lost connections, lost answers, and somebody else at the same photo: no stroke may be lost."""

from collections.abc import Callable

import pytest
from browsers import in_both_browsers
from playwright.sync_api import Route, expect

pytestmark = pytest.mark.browser


def cut_off(route: Route) -> None:
    route.abort()


# In the page and not by a route: Playwright does not hear of a request's body in Firefox, and so cannot send it on.
LOSE_ANSWERS = """() => {
  const fetchReally = window.fetch;
  window.isLosing = true;
  window.fetch = async (...given) => {
    const answer = await fetchReally(...given);
    if (window.isLosing) throw new TypeError("the connection is gone");
    return answer;
  };
}"""


@in_both_browsers
def test_strokes_wait_for_the_connection_and_are_sent_in_order(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.route("**/api/v1/**", cut_off)
    at.draw((20, 20), (60, 30))
    at.wait_for("offline")
    at.press("ink-background")
    at.draw((30, 20), (30, 60))
    at.expect_text("editor-status", "2 waiting")
    assert at.images[0].log == []
    at.page.unroute_all(behavior="wait")  # a handler may be at work
    at.wait_for("saved")

    assert [stroke.ink for _, _, stroke in at.images[0].log] == ["foreground", "background"]
    at.assert_same_as_server(at.images[0])


@in_both_browsers
def test_an_answer_that_is_lost_does_not_store_a_stroke_twice(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.evaluate(LOSE_ANSWERS)
    at.draw((20, 20), (60, 30))
    at.wait_for("offline")
    at.draw((80, 20), (90, 90))
    assert len(at.images[0].log) == 1
    at.page.evaluate("window.isLosing = false")
    at.wait_for("saved")

    assert len(at.images[0].log) == 2
    at.assert_same_as_server(at.images[0])


@in_both_browsers
def test_unsent_strokes_survive_a_reload(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.route("**/edits", cut_off)
    at.draw((20, 20), (60, 30))
    at.wait_for("offline")
    at.page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    at.page.unroute_all(behavior="wait")  # a handler may be at work
    at.page.reload()
    at.wait_for("saved")

    assert len(at.images[0].log) == 1
    at.assert_same_as_server(at.images[0])


@in_both_browsers
def test_leaving_with_unsent_strokes_is_asked_about(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.route("**/edits", cut_off)
    at.draw((20, 20), (60, 30))
    at.wait_for("offline")
    asked = []
    at.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    at.page.goto(f"{at.address}/")

    assert asked == ["beforeunload"]


def test_a_stroke_drawn_while_an_undo_is_under_way_is_not_taken_away(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.draw((20, 20), (60, 30))
    at.wait_for("saved")
    held: list[Route] = []
    at.page.route("**/undo", lambda route: held.append(route))
    at.page.keyboard.press("Control+z")
    at.wait_for("sending")
    at.press("ink-unknown")
    at.draw((25, 25), (60, 30))
    held[0].continue_()
    at.wait_for("saved")

    assert [kind for kind, _, _ in at.images[0].log] == ["edit", "undo", "edit"]
    at.assert_same_as_server(at.images[0])


@in_both_browsers
@pytest.mark.parametrize(("choice", "strokes"), [("reload", 1), ("reload-again", 2)])
def test_somebody_elses_change_is_told_and_the_operator_chooses(desk: Callable, choice: str, strokes: int) -> None:
    at = desk()
    at.wait_for("ready")
    at.draw((20, 20), (60, 30))
    at.wait_for("saved")
    at.images[0].log.append(("undo", "aiko's", None))
    at.images[0].log.append(("redo", "aiko's too", None))
    at.press("ink-background")
    at.draw((80, 60), (90, 60))
    at.wait_for("conflict")
    at.expect_text("notice-conflict", "Aiko drew on this photo")
    at.press(choice)
    at.wait_for("ready", "saved")

    assert len(at.images[0].history()[0]) == strokes
    at.assert_same_as_server(at.images[0])


def test_approving_what_somebody_else_changed_is_refused(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].revision = 7
    at.press("approve")
    at.wait_for("conflict")
    assert at.images[0].state == "ready"
    at.press("reload")
    at.wait_for("ready")
    at.press("approve")
    at.expect_text("image-name", "ellipse_2.jpg")

    assert at.images[0].state == "approved"


def test_a_refused_stroke_is_explained_and_can_be_dropped(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    refusal = {"status": 422, "content_type": "application/json", "body": '{"detail": "Such strokes are not taken."}'}
    at.page.route("**/edits", lambda route: route.fulfill(**refusal))
    at.draw((20, 20), (60, 30))
    at.wait_for("error")
    at.expect_text("notice-error", "Such strokes are not taken.")
    at.page.unroute_all(behavior="wait")  # a handler may be at work
    at.press("reload")
    at.wait_for("ready")

    at.assert_same_as_server(at.images[0])
    assert at.images[0].log == []


def test_a_refused_stroke_can_be_sent_again(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    refusal = {"status": 403, "content_type": "application/json", "body": '{"detail": "Sign in again."}'}
    at.page.route("**/edits", lambda route: route.fulfill(**refusal))
    at.draw((20, 20), (60, 30))
    at.wait_for("error")
    at.page.unroute_all(behavior="wait")  # a handler may be at work
    at.press("try-again")
    at.wait_for("saved")

    assert len(at.images[0].log) == 1
    at.assert_same_as_server(at.images[0])


def test_a_photo_that_does_not_exist_is_explained(desk: Callable) -> None:
    at = desk()
    at.open(99)
    at.wait_for("error")
    at.expect_text("notice-error", "There is no such photo.")
    at.press("notice-next")
    at.wait_for("ready")

    expect(at.page.get_by_test_id("image-name")).to_have_text("ellipse_1.jpg")
