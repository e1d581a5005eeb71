"""Strokes, undo and redo, and the way to the next photo, as an operator does them."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from browsers import in_both_browsers
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_opens_the_next_photo_of_the_queue(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")

    at.expect_text("image-name", "ellipse_1.jpg")
    at.expect_text("queue-left", "3 left")
    at.assert_same_as_server(at.images[0])


def test_opens_the_photo_that_the_address_names(desk: Callable) -> None:
    at = desk()
    at.open(2)
    at.wait_for("ready")

    at.expect_text("image-name", "ellipse_2.jpg")


@in_both_browsers
@pytest.mark.parametrize("pane", ["photo", "matte"])
def test_a_stroke_on_either_pane_reaches_the_server_and_its_alpha_comes_back(desk: Callable, pane: str) -> None:
    at = desk()
    at.wait_for("ready")
    at.press("ink-background")
    at.draw((40, 60), (70, 60), (90, 40), pane=pane)
    at.wait_for("saved")

    [(kind, _, stroke)] = at.images[0].log
    assert (kind, stroke.ink, stroke.radius) == ("edit", "background", 80)
    assert abs(stroke.points[0][0] - 160) <= 2
    assert abs(stroke.points[0][1] - 240) <= 2
    assert (at.images[0].trimap() != at.images[0].base).any()
    at.assert_same_as_server(at.images[0])
    assert at.page.get_by_test_id("image-state").get_attribute("data-state") == "in_correction"


def test_a_stroke_counts_as_painted_once_its_answer_is(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    held = []
    at.page.route("**/edits", lambda route: held.append(route))
    at.press("ink-background")
    at.draw((40, 60), (70, 60))
    at.page.evaluate("void matteloopEditor.whenPainted().then(() => (window.isPainted = true))")
    at.page.wait_for_timeout(500)  # the stroke itself is on the screen, roughly and then finely
    assert at.page.evaluate("window.isPainted") is None
    held[0].continue_()
    at.page.wait_for_function("window.isPainted", timeout=5000)
    at.assert_same_as_server(at.images[0])


@in_both_browsers
def test_the_cut_out_shows_a_stroke_before_the_server_answers(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.route("**/edits", lambda route: None)  # never answered
    pixel_of_cutout = """async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const canvas = document.querySelector("[data-testid=pane-matte] canvas");
      const { x, y } = matteloopEditor.imageToClient(80, 60);
      const pane = document.querySelector("[data-testid=pane-photo]").getBoundingClientRect();
      return Array.from(canvas.getContext("2d").getImageData(x - pane.left, y - pane.top, 1, 1).data);
    }"""
    at.press("backdrop-alpha")
    before = at.page.evaluate(pixel_of_cutout)
    at.press("ink-background")
    at.draw((80, 60))

    assert before == [255, 255, 255, 255]
    assert at.page.evaluate(pixel_of_cutout) == [0, 0, 0, 255]


@in_both_browsers
def test_undo_and_redo_follow_the_server(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    expect(at.page.get_by_test_id("undo")).to_be_disabled()
    at.draw((20, 20), (60, 30))
    at.press("ink-unknown")
    at.draw((80, 60), (90, 60))
    both = at.images[0]
    at.page.keyboard.press("Control+z")
    at.assert_same_as_server(both)
    assert len(both.history()[0]) == 1
    at.press("undo")
    at.assert_same_as_server(both)
    assert np.array_equal(both.trimap(), both.base)
    expect(at.page.get_by_test_id("undo")).to_be_disabled()
    at.page.keyboard.press("Control+Shift+z")
    at.press("redo")
    at.assert_same_as_server(both)
    assert len(both.history()[0]) == 2
    expect(at.page.get_by_test_id("redo")).to_be_disabled()


def test_more_undos_than_strokes_do_no_harm(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.draw((20, 20), (60, 30))
    for _ in range(4):
        at.page.keyboard.press("Control+z")
    at.assert_same_as_server(at.images[0])

    assert [kind for kind, _, _ in at.images[0].log] == ["edit", "undo"]
    at.wait_for("saved")


@in_both_browsers
def test_fifty_random_strokes_with_undo_and_redo_agree_bit_for_bit(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("1")
    at.page.add_style_tag(content=".ml-minimap { pointer-events: none }")  # a stroke may begin where it lies
    chance = random.Random(50)
    pane = at.page.get_by_test_id("pane-photo").bounding_box()
    for _ in range(50):
        at.page.keyboard.press(chance.choice("fbu"))
        at.page.keyboard.press(chance.choice("[]"))
        at.draw(*[(chance.uniform(-10, 170), chance.uniform(-10, 130)) for _ in range(chance.randint(1, 4))])
        for _ in range(chance.choice([0, 0, 1, 2])):
            at.page.keyboard.press("Control+z")
        if chance.random() < 0.3:
            at.page.keyboard.press("Control+y")
        if chance.random() < 0.2:
            at.page.mouse.move(pane["x"] + chance.uniform(100, 400), pane["y"] + chance.uniform(100, 400))
            at.page.mouse.wheel(0, chance.choice([-240, 240]))
    at.assert_same_as_server(at.images[0])

    assert sum(kind == "edit" for kind, _, _ in at.images[0].log) == 50
    assert {"undo", "redo"} <= {kind for kind, _, _ in at.images[0].log}


@in_both_browsers
def test_a_reload_shows_what_was_saved(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.draw((20, 20), (60, 30))
    at.wait_for("saved")
    at.page.reload()
    at.wait_for("ready")

    assert len(at.images[0].log) == 1
    at.assert_same_as_server(at.images[0])


@in_both_browsers
def test_approving_saves_first_and_goes_on_until_nothing_is_left(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.draw((20, 20), (60, 30))
    at.page.keyboard.press("Enter")
    at.expect_text("image-name", "ellipse_2.jpg")
    assert (at.images[0].state, len(at.images[0].log)) == ("approved", 1)
    at.wait_for("ready")
    assert at.page.url.endswith("?image=2")
    at.press("approve")
    at.wait_for("empty")

    expect(at.page.get_by_test_id("notice-empty").get_by_role("link")).to_have_attribute("href", "/")


@in_both_browsers
def test_skipping_asks_for_a_reason_and_can_be_called_off(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.page.keyboard.press("s")
    at.page.keyboard.press("Escape")
    expect(at.page.get_by_test_id("skip-dialog")).to_have_count(0)
    assert at.images[0].state == "ready"
    at.press("skip")
    at.page.get_by_test_id("skip-reason").fill("blurred, bad focus")  # letters that are shortcuts elsewhere
    at.page.keyboard.press("Enter")
    at.expect_text("image-name", "ellipse_2.jpg")

    assert (at.images[0].state, at.images[0].note) == ("skipped", "blurred, bad focus")
    assert at.images[1].state == "ready"


def test_next_and_previous_walk_without_deciding(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    expect(at.page.get_by_test_id("previous")).to_be_disabled()
    at.press("next")
    at.expect_text("image-name", "ellipse_2.jpg")
    at.wait_for("ready")
    at.page.keyboard.press("p")
    at.expect_text("image-name", "ellipse_1.jpg")

    assert {image.state for image in at.images} == {"ready"}


def test_an_approved_photo_is_locked_until_it_is_reopened(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.images[1].state = "approved"
    at.open(2)
    at.wait_for("ready")
    at.draw((20, 20), (60, 30))
    assert at.images[1].log == []
    expect(at.page.get_by_test_id("approve")).to_be_hidden()
    at.press("reopen")
    expect(at.page.get_by_test_id("approve")).to_be_visible()
    at.wait_for("ready")
    at.draw((20, 20), (60, 30))
    at.wait_for("saved")

    assert len(at.images[1].log) == 1
    at.assert_same_as_server(at.images[1])
