"""Keys, brush sizes, zoom and the looks of the panes."""

from collections.abc import Callable

import pytest
from browsers import in_both_browsers
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@in_both_browsers
def test_keys_choose_the_brush(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    for key, label in [("b", "background"), ("u", "unknown"), ("f", "foreground")]:
        at.page.keyboard.press(key)
        expect(at.page.get_by_test_id(f"ink-{label}")).to_have_attribute("aria-pressed", "true")


@in_both_browsers
def test_keys_are_left_alone_while_an_input_method_composes_or_a_field_has_the_focus(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.evaluate("window.dispatchEvent(new KeyboardEvent('keydown', {key: 'b', isComposing: true, bubbles: true}))")
    at.page.get_by_test_id("brush-size-pixels").focus()
    at.page.keyboard.press("u")

    expect(at.page.get_by_test_id("ink-foreground")).to_have_attribute("aria-pressed", "true")
    expect(at.page.get_by_test_id("brush-size-pixels")).to_have_value("40")
    expect(at.page.get_by_test_id("brush-size-pixels")).not_to_be_focused()  # the next press is a shortcut
    at.page.keyboard.press("u")
    expect(at.page.get_by_test_id("ink-unknown")).to_have_attribute("aria-pressed", "true")


@in_both_browsers
def test_enter_on_a_focused_button_presses_it_and_does_not_approve(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.get_by_test_id("ink-unknown").focus()
    at.page.keyboard.press("Enter")

    expect(at.page.get_by_test_id("ink-unknown")).to_have_attribute("aria-pressed", "true")
    assert at.images[0].state == "ready"


@in_both_browsers
def test_brush_size_is_set_by_keys_slider_and_number_and_is_remembered(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    pixels = at.page.get_by_test_id("brush-size-pixels")
    at.page.keyboard.press("]")
    expect(pixels).to_have_value("48")
    at.page.keyboard.press("[")
    expect(pixels).to_have_value("40")
    at.page.get_by_test_id("brush-size").fill("100")
    expect(pixels).to_have_value("1024")
    pixels.click()
    at.page.keyboard.press("Control+a")
    at.page.keyboard.type("3")
    at.page.keyboard.press("Enter")
    at.draw((80, 60))
    at.wait_for("saved")
    at.page.reload()

    assert at.images[0].log[0][2].radius == 6
    expect(pixels).to_have_value("3")


@in_both_browsers
def test_the_wheel_zooms_at_the_cursor(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("1")
    origin = at.page.evaluate("matteloopEditor.imageToClient(0, 0)")
    place = {"x": round(origin["x"] + 120), "y": round(origin["y"] + 30)}  # a wheel's place is in whole pixels
    under = [place["x"] - origin["x"], place["y"] - origin["y"]]
    at.page.mouse.move(place["x"], place["y"])
    at.page.mouse.wheel(0, -1200)
    at.page.wait_for_function("parseInt(document.querySelector('output.ml-zoom').value) > 400")
    after = at.page.evaluate("([x, y]) => matteloopEditor.imageToClient(x, y)", under)

    assert after == pytest.approx(place, abs=0.01)
    for _ in range(12):
        at.page.mouse.wheel(0, -1200)
    expect(at.page.locator("output.ml-zoom")).to_have_text("3200 %")
    at.page.keyboard.press("0")
    corner = at.page.evaluate("matteloopEditor.imageToClient(0, 0)")
    pane = at.page.get_by_test_id("pane-photo").bounding_box()
    assert min(corner["x"] - pane["x"], corner["y"] - pane["y"]) == pytest.approx(16, abs=1)


def test_a_wheel_with_ctrl_is_no_pinch_if_it_counts_lines(desk: Callable) -> None:
    """Firefox tells a mouse's wheel in lines, so small numbers are no sign of a touchpad."""
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("1")
    turn = """(ctrlKey) => document.querySelector("[data-testid=pane-photo]").dispatchEvent(
      new WheelEvent("wheel", { deltaY: -3, deltaMode: WheelEvent.DOM_DELTA_LINE, ctrlKey, cancelable: true }))"""
    zoom = at.page.locator("output.ml-zoom")
    at.page.evaluate(turn, False)
    without = zoom.text_content()
    at.page.keyboard.press("1")
    at.page.evaluate(turn, True)

    assert zoom.text_content() == without


@in_both_browsers
def test_space_and_drag_moves_the_photo_and_paints_nothing(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("1")
    before = at.page.evaluate("matteloopEditor.imageToClient(80, 60)")
    at.page.keyboard.down(" ")
    at.draw((80, 60), (90, 70))
    at.page.keyboard.up(" ")
    after = at.page.evaluate("matteloopEditor.imageToClient(80, 60)")

    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((10, 10), abs=1)
    assert at.images[0].log == []


def test_the_ring_has_the_size_of_the_brush_on_both_panes(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("1")
    place = at.page.evaluate("matteloopEditor.imageToClient(80, 60)")
    at.page.mouse.move(place["x"], place["y"])
    boxes = [ring.bounding_box() for ring in at.page.locator(".ml-ring").all()]

    assert [(box["width"], box["height"]) for box in boxes] == [(40, 40), (40, 40)]
    assert boxes[0]["x"] + 20 == pytest.approx(place["x"], abs=0.5)


@in_both_browsers
@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
def test_the_page_does_not_scroll(desk: Callable, size: tuple[int, int]) -> None:
    at = desk()
    at.page.set_viewport_size({"width": size[0], "height": size[1]})
    at.wait_for("ready")

    excess = "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
    at.page.wait_for_function(f"{excess}.every((pixels) => pixels <= 0)")
    assert at.page.get_by_test_id("approve").bounding_box()["x"] < size[0]


def test_one_pane_gives_the_photo_the_whole_width(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    before = at.page.get_by_test_id("pane-photo").bounding_box()["width"]
    at.page.keyboard.press("v")
    expect(at.page.get_by_test_id("pane-matte")).to_be_hidden()

    assert at.page.get_by_test_id("pane-photo").bounding_box()["width"] > 1.9 * before


@in_both_browsers
def test_holding_h_shows_the_bare_photo(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    pixel = """async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const canvas = document.querySelector("[data-testid=pane-photo] canvas");
      return Array.from(canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data);
    }"""
    tinted = at.page.evaluate(pixel)
    at.page.keyboard.down("h")
    bare = at.page.evaluate(pixel)
    at.page.keyboard.up("h")

    assert bare[:3] == pytest.approx(at.images[0].rgb[60, 80].tolist(), abs=6)  # through a JPEG
    assert tinted[1] > bare[1] + 15  # green over the foreground
    assert at.page.evaluate(pixel) == tinted


def test_the_sheet_of_shortcuts_opens_and_closes(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("?")
    expect(at.page.get_by_test_id("help-sheet")).to_be_visible()
    at.page.keyboard.press("Escape")
    expect(at.page.get_by_test_id("help-sheet")).to_have_count(0)


@in_both_browsers
def test_speaks_japanese(desk: Callable) -> None:
    at = desk(locale="ja")
    at.wait_for("ready")

    at.expect_text("approve", "承認")
    at.expect_text("editor-status", "準備完了")


def test_every_control_has_a_name(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    nameless = """Array.from(document.querySelectorAll("button, input, [tabindex]"))
      .filter((each) => !each.getAttribute("aria-label")).map((each) => each.outerHTML)"""

    assert at.page.evaluate(nameless) == []
