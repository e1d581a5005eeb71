"""Lost connections, lost answers, and somebody else at the same photo: no stroke may be lost."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
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
    at.wait_until(lambda: held)
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


PICTURES = """(card) => Array.from(card.querySelectorAll("figure canvas"), (canvas) => {
  const at = (x, y) => Array.from(canvas.getContext("2d").getImageData(x, y, 1, 1).data.slice(0, 3));
  return [canvas.width, canvas.height, at(85, 60), at(10, 10)];
})"""


@in_both_browsers
def test_a_conflict_shows_both_versions_and_how_much_they_differ(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.get_by_test_id("brush-size").fill("0")  # one pixel
    at.images[0].log.append(("undo and redo of nothing", "aiko's", None))
    at.press("ink-background")
    at.draw((80, 60), (90, 60))
    at.wait_for("conflict")
    card = at.page.get_by_test_id("notice-conflict")
    expect(card.locator("figcaption")).to_have_text(["What I see", "The other version", "Difference"])
    mine, theirs, difference = card.evaluate(PICTURES)
    assert mine == [160, 120, [0, 0, 0], [0, 0, 0]]
    assert theirs == [160, 120, [255, 255, 255], [0, 0, 0]]
    assert difference[3] == [24, 24, 24]  # alike
    assert difference[2][2] > 200 > difference[2][0]  # the other one is more opaque: blue
    differs = np.abs(np.frombuffer(at.alpha(), np.uint8) - at.images[0].alpha().ravel().astype(int)) > 3  # to be seen
    percent = 100 * differs.mean()
    expect(card).to_contain_text(f"{percent:.2f}".rstrip("0").rstrip(".") + " % of the pixels")


@in_both_browsers
def test_of_two_people_on_one_photo_the_second_draws_again_and_both_agree_in_the_end(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    with at.page.context.browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        aiko = replace(at, page=context.new_page())
        aiko.page.set_default_timeout(30_000)
        aiko.open(1)
        aiko.wait_for("ready")
        at.draw((20, 20), (60, 30))
        at.wait_for("saved")
        aiko.press("ink-background")
        aiko.draw((80, 60), (90, 60))
        aiko.wait_for("conflict")
        aiko.press("reload-again")
        aiko.wait_for("saved")
        aiko.assert_same_as_server(at.images[0])
        at.draw((120, 90))
        at.wait_for("conflict")
        at.press("reload")
        at.wait_for("ready")
        at.assert_same_as_server(at.images[0])
        assert at.trimap() == aiko.trimap()
    assert [edit.ink for edit in at.images[0].history()[0]] == ["foreground", "background"]


def test_approving_what_somebody_else_changed_is_refused(desk: Callable) -> None:
    at = desk(1)  # with another one opened ahead, it would be shown already
    at.wait_for("ready")
    at.images[0].revision = 7
    at.press("approve")
    at.wait_for("conflict")
    assert at.images[0].state == "ready"
    at.press("reload")
    at.wait_for("ready")
    at.press("approve")
    at.wait_for("empty")

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


def test_a_conflict_is_told_in_japanese(desk: Callable) -> None:
    at = desk(locale="ja")
    at.wait_for("ready")
    at.images[0].revision = 7
    at.press("approve")
    at.wait_for("conflict")
    at.expect_text("notice-conflict", "別の画面またはほかの人によって変更されました")
