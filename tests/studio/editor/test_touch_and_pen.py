"""Fingers and pens, as a browser tells of them by pointer events."""

from collections.abc import Callable
from typing import Any

import pytest
from browsers import in_both_browsers
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# An event made here belongs to no pointer that could be captured.
NO_CAPTURE = "() => { Element.prototype.setPointerCapture = () => {}; }"
POINTER = """({ type, x, y, ...about }) => {
  const { x: clientX, y: clientY } = matteloopEditor.imageToClient(x, y);
  const buttons = type === "pointerup" ? 0 : 1;
  const event = { bubbles: true, cancelable: true, isPrimary: true, button: 0, buttons, clientX, clientY, ...about };
  document.querySelector("[data-testid=pane-photo]").dispatchEvent(new PointerEvent(type, event));
}"""


class Pointer:
    """A finger or a pen over the photo, moved in image coordinates."""

    def __init__(self, at: Any, kind: str, number: int = 1) -> None:
        self.page, self.about = at.page, {"pointerType": kind, "pointerId": number}
        self.page.evaluate(NO_CAPTURE)

    def down(self, x: float, y: float, pressure: float = 0.5) -> None:
        self._send("pointerdown", x, y, pressure)

    def move(self, x: float, y: float, pressure: float = 0.5) -> None:
        self._send("pointermove", x, y, pressure)

    def up(self, x: float, y: float) -> None:
        self._send("pointerup", x, y, 0)

    def _send(self, kind: str, x: float, y: float, pressure: float) -> None:
        self.page.evaluate(POINTER, {"type": kind, "x": x, "y": y, "pressure": pressure, **self.about})


def draw_with_a_pen(at: Any) -> None:
    pen = Pointer(at, "pen")
    pen.down(30, 30, 0.2)
    for step in range(1, 9):
        pen.move(30 + 5 * step, 30, 0.2 + 0.1 * step)
    pen.up(70, 30)
    at.wait_for("saved")


@in_both_browsers
def test_one_finger_paints(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    finger = Pointer(at, "touch")
    finger.down(20, 20)
    finger.move(60, 30)
    finger.up(60, 30)
    at.wait_for("saved")

    [(_, _, stroke)] = at.images[0].log
    assert (stroke.ink, stroke.points[0], stroke.points[-1], stroke.radii) == ("foreground", (80, 80), (240, 120), ())
    at.assert_same_as_server(at.images[0])
    expect(at.page.locator(".ml-ring").first).to_be_hidden()  # there is no finger any more


@in_both_browsers
def test_two_fingers_zoom_and_move_and_paint_nothing(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    before = at.trimap()
    at.page.keyboard.press("1")
    first, second = Pointer(at, "touch", 1), Pointer(at, "touch", 2)
    first.down(60, 60)
    first.move(62, 60)  # it has painted a little before the second one comes
    second.down(82, 60)
    second.move(102, 60)
    assert at.page.evaluate("matteloopEditor.view().scale") == pytest.approx(2, rel=0.01)
    first.up(60, 60)
    second.move(100, 90)  # the one that is left does not begin to paint
    second.up(100, 90)
    assert at.images[0].log == []
    assert at.trimap() == before
    expect(at.page.get_by_test_id("editor-status")).to_have_attribute("data-state", "ready")


def test_after_a_pen_a_finger_only_moves_the_photo(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    draw_with_a_pen(at)
    at.page.keyboard.press("1")
    finger = Pointer(at, "touch", 7)
    finger.down(60, 60)
    finger.move(80, 70)
    finger.up(80, 70)

    assert at.page.evaluate("matteloopEditor.view().centre") == pytest.approx([60, 50], abs=0.5)
    assert len(at.images[0].log) == 1


@in_both_browsers
def test_a_pen_paints_wider_where_it_is_pressed_more(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    draw_with_a_pen(at)

    [(_, _, stroke)] = at.images[0].log
    assert len(stroke.radii) == len(stroke.points)
    assert (stroke.radii[0], stroke.radii[-1], stroke.radius) == (16, 80, 80)
    assert list(stroke.radii) == sorted(stroke.radii)
    at.assert_same_as_server(at.images[0])


def test_the_alpha_brush_of_a_pen_paints_more_where_it_is_pressed_more(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("a")
    draw_with_a_pen(at)

    [(_, _, stroke)] = at.images[0].log
    assert (stroke.pressures[0], stroke.pressures[-1]) == (20, 100)
    at.assert_same_as_server(at.images[0])


def test_pressure_does_nothing_once_it_is_switched_off(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    expect(at.page.get_by_test_id("pressure")).to_have_attribute("aria-pressed", "true")
    at.press("pressure")
    at.page.reload()
    at.wait_for("ready")
    expect(at.page.get_by_test_id("pressure")).to_have_attribute("aria-pressed", "false")
    draw_with_a_pen(at)

    [(_, _, stroke)] = at.images[0].log
    assert (stroke.radii, stroke.radius) == ((), 80)


@pytest.mark.parametrize("fingers", [1, 2])
def test_a_palm_that_lies_there_first_does_not_keep_the_pen_from_painting(desk: Callable, fingers: int) -> None:
    at = desk()
    at.wait_for("ready")
    draw_with_a_pen(at)
    at.page.keyboard.press("1")
    palm = [Pointer(at, "touch", 10 + number) for number in range(fingers)]
    for number, each in enumerate(palm):
        each.down(120, 60 + 20 * number)
    before = at.page.evaluate("matteloopEditor.imageToClient(0, 0)")
    pen = Pointer(at, "pen", 3)
    pen.down(40, 60)
    palm[0].move(125, 62)  # it moves with the hand
    pen.move(60, 60)
    pen.up(60, 60)
    for each in palm:
        each.up(125, 62)
    at.page.evaluate("matteloopEditor.whenSaved()")

    assert len(at.images[0].log) == 2
    assert at.page.evaluate("matteloopEditor.imageToClient(0, 0)") == before


def test_a_palm_that_comes_while_the_pen_paints_does_not_call_the_stroke_off(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    pen = Pointer(at, "pen", 3)
    pen.down(40, 60)
    for number in (10, 11):
        Pointer(at, "touch", number).down(120, 60)
    pen.move(60, 60)
    pen.up(60, 60)
    at.page.evaluate("matteloopEditor.whenSaved()")

    assert len(at.images[0].log) == 1
