"""The keyboard: every shortcut, keys of the operator's own, input methods, and working without a mouse."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsers import in_both_browsers
from playwright.sync_api import expect

from matting_core.edits.band import Band

pytestmark = pytest.mark.browser

SHORTCUTS = Path(__file__).parents[3] / "studio" / "editor" / "keymap" / "shortcuts.js"


def pressed(at: Any, testid: str, is_pressed: bool = True) -> None:
    expect(at.page.get_by_test_id(testid)).to_have_attribute("aria-pressed", str(is_pressed).lower())


def send_key(at: Any, target: str = "window", **event: Any) -> None:
    """A key as an input method or a keyboard of another layout tells it."""
    made = "new KeyboardEvent('keydown', {bubbles: true, cancelable: true, ...event})"
    at.page.evaluate(f"(event) => {target}.dispatchEvent({made})", event)


def key_button(action: str) -> str:
    return f"document.querySelector('[data-testid=key-{action}]')"


@in_both_browsers
def test_tools_and_inks_are_taken_by_their_keys(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    for key, tool in {"a": "soft_brush", "l": "lasso", "o": "polygon", "g": "fill", "x": "part", "d": "brush"}.items():
        at.page.keyboard.press(key)
        pressed(at, f"tool-{tool}")
    for key, ink in {"f": "foreground", "B": "background", "u": "unknown", "e": "draft"}.items():
        at.page.keyboard.press(key)
        pressed(at, f"ink-{ink}")


def test_keys_change_the_matte_and_take_it_back(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    recomputed = []
    at.page.on("request", lambda request: recomputed.append(request.url) if "recompute" in request.url else None)
    for keys, strokes in [
        (".", 1),
        (",", 2),
        ("Control+z", 1),
        ("Control+Shift+z", 2),
        ("Control+z", 1),
        ("Control+y", 2),
    ]:
        at.page.keyboard.press(keys)
        at.page.evaluate("matteloopEditor.whenSaved()")
        assert len(at.images[0].history()[0]) == strokes
    assert [edit.by for edit in at.images[0].history()[0] if isinstance(edit, Band)] == [4, -4]
    at.page.keyboard.press("r")
    at.page.evaluate("matteloopEditor.whenSaved()")
    assert len(recomputed) == 1
    at.assert_same_as_server(at.images[0])


def test_keys_change_how_it_is_looked_at(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("c")
    pressed(at, "backdrop-black")
    zoom = at.page.locator("output.ml-zoom")
    for key, percent in [("1", "100 %"), ("+", "125 %"), ("=", "156 %"), ("-", "125 %")]:
        at.page.keyboard.press(key)
        expect(zoom).to_have_text(percent)
    at.page.keyboard.press("0")
    assert at.page.evaluate("matteloopEditor.view()") is None
    at.page.keyboard.press("v")
    pressed(at, "onePane")


def test_every_shortcut_stands_in_the_sheet(desk: Callable) -> None:
    usual = dict(re.findall(r"^  (\w+): \[(.*)\],$", SHORTCUTS.read_text(encoding="utf-8"), re.MULTILINE))
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("?")
    shown = at.page.locator("[data-testid^=key-]").evaluate_all(
        "(buttons) => Object.fromEntries(buttons.map((each) => [each.dataset.testid.slice(4), each.textContent]))"
    )
    assert shown.keys() == usual.keys()
    assert (shown["brush"], shown["redo"], shown["zoomIn"]) == ("D", "Ctrl + Shift + ZCtrl + Y", "+=")
    assert all(shown.values())


@in_both_browsers
def test_an_operator_s_own_key_is_taken_from_its_former_owner_and_kept(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("?")
    at.press("key-heat")
    at.expect_text("key-heat", "Press a key…")
    at.page.keyboard.press("b")
    expect(at.page.get_by_test_id("key-heat")).to_have_text("B")
    expect(at.page.get_by_test_id("key-background")).to_have_text("–")
    at.page.keyboard.press("Escape")
    expect(at.page.get_by_test_id("help-sheet")).to_have_count(0)
    at.page.reload()
    at.wait_for("ready")
    at.page.keyboard.press("m")
    at.page.keyboard.press("b")
    pressed(at, "heat")
    pressed(at, "ink-foreground")
    expect(at.page.get_by_test_id("heat")).to_have_attribute("title", "Where the model is unsure (B)")
    expect(at.page.get_by_test_id("ink-background")).to_have_attribute("title", "Background")
    assert at.page.get_by_test_id("ink-background").get_attribute("aria-keyshortcuts") is None
    at.page.keyboard.press("?")
    at.press("reset-keys")
    expect(at.page.get_by_test_id("key-heat")).to_have_text("M")
    at.page.keyboard.press("Escape")
    at.page.keyboard.press("b")
    pressed(at, "ink-background")


def test_a_key_that_loses_its_action_is_no_longer_told_as_its_shortcut(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("?")
    at.press("key-heat")
    at.page.keyboard.press("b")
    expect(at.page.get_by_test_id("key-heat")).to_have_text("B")
    assert at.page.get_by_test_id("ink-background").get_attribute("aria-keyshortcuts") is None


def test_while_a_key_is_awaited_another_can_be_chosen_or_it_is_called_off(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("?")
    at.press("key-heat")
    at.press("key-slips")
    at.expect_text("key-slips", "Press a key…")
    expect(at.page.get_by_test_id("key-heat")).to_have_text("M")
    at.page.keyboard.press("Escape")  # reserved: nothing changes, and the sheet stays
    expect(at.page.get_by_test_id("key-slips")).to_have_text("T")
    expect(at.page.get_by_test_id("help-sheet")).to_be_visible()
    at.page.keyboard.press("Enter")  # the button has the focus
    at.expect_text("key-slips", "Press a key…")
    send_key(at, key_button("slips"), key="Enter", code="Enter", repeat=True)  # it is still held
    at.expect_text("key-slips", "Press a key…")
    send_key(at, key_button("slips"), key="Process", code="KeyB")
    expect(at.page.get_by_test_id("key-slips")).to_have_text("B")


@in_both_browsers
def test_full_width_keys_and_keys_that_an_input_method_has_taken_count(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    for event, testid in [
        ({"key": "ｂ", "code": "KeyB"}, "ink-background"),
        ({"key": "Process", "code": "KeyU"}, "ink-unknown"),
        ({"key": "Ｆ", "code": "KeyF"}, "ink-foreground"),
        ({"key": "ち", "code": "KeyA"}, "tool-soft_brush"),
    ]:
        send_key(at, **event)
        pressed(at, testid)
    send_key(at, key="Process", code="KeyD", isComposing=True)
    pressed(at, "tool-soft_brush")


def test_number_fields_take_full_width_digits(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    for testid, typed, value in [("brush-size-pixels", "１２", "12"), ("bandStep", "７", "7"), ("bandStep", "x", "7")]:
        field = at.page.get_by_test_id(testid)
        field.focus()
        at.page.keyboard.press("Control+a")
        at.page.keyboard.insert_text(typed)
        at.page.keyboard.press("Enter")
        expect(field).to_have_value(value)


FOCUSED = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  const { dataset, className } = document.activeElement;
  return { name: dataset.testid ?? className, isMarked: outlineStyle !== "none" && parseFloat(outlineWidth) > 0 };
}"""
CONTROLS = """() => Array.from(document.querySelectorAll("#root :is(button, input, [tabindex='0'])"))
  .filter((each) => !each.disabled && each.checkVisibility())
  .map((each) => each.dataset.testid ?? each.className)"""


def test_every_control_is_reached_by_tab_and_seen_to_be(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.draw((20, 20))  # something to undo
    at.wait_for("saved")
    at.page.keyboard.press("w")
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()
    wanted = at.page.evaluate(CONTROLS)
    at.page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(len(wanted) + 1):  # one step is outside the page
        at.page.keyboard.press("Tab")
        if at.page.evaluate("document.activeElement === document.body"):
            continue
        focused = at.page.evaluate(FOCUSED)
        assert focused["isMarked"], focused
        reached.append(focused["name"])
    assert set(wanted) - set(reached) == set()


def test_controls_are_used_by_enter_space_and_arrows(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    for testid in ("heat", "backdrop-black", "outlineDoes-widen", "tool-lasso", "pressure"):
        at.page.keyboard.press("l" if testid.startswith("outlineDoes") else "d")
        control = at.page.get_by_test_id(testid)
        before = control.get_attribute("aria-pressed")
        for key in ("Enter", "Space"):
            if key == "Space" and testid not in ("heat", "pressure"):  # those that can be released
                continue
            control.focus()
            at.page.keyboard.press(key)
            expect(control).not_to_have_attribute("aria-pressed", before)
            before = control.get_attribute("aria-pressed")
    opacity = at.page.get_by_test_id("overlay-opacity")
    opacity.focus()
    at.page.keyboard.press("ArrowRight")
    expect(opacity).to_have_attribute("aria-valuetext", "50 %")
    at.page.get_by_test_id("next").focus()
    at.page.keyboard.press("Space")
    at.expect_text("image-name", "ellipse_2.jpg")
    assert {image.state for image in at.images} == {"ready"}


HIDDEN = """() => {
  const ends = Array.from(document.querySelectorAll(".ml-options *")).map((each) => each.getBoundingClientRect().right);
  return Math.max(...ends) - document.querySelector(".ml-options").getBoundingClientRect().right;
}"""


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_options_of_every_tool_fit_into_a_small_window(desk: Callable, language: str) -> None:
    at = desk(locale=language)
    at.wait_for("ready")
    row = at.page.locator(".ml-options").bounding_box()["height"]
    for key in "daloxgw":  # comparing comes last: it may take a second row
        at.page.keyboard.press(key)
        assert at.page.evaluate(HIDDEN) <= 0
        if key != "w":
            assert at.page.locator(".ml-options").bounding_box()["height"] == row, key


@in_both_browsers
def test_the_arrow_keys_lead_the_brush_and_the_space_bar_draws_with_it(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("b")
    at.page.get_by_test_id("pane-photo").focus()
    at.page.keyboard.press("ArrowRight")  # from the middle of the pane, where the middle of the photo is
    at.page.keyboard.down(" ")
    for _ in range(3):
        at.page.keyboard.press("ArrowRight")
    at.page.keyboard.up(" ")
    at.wait_for("saved")
    at.assert_same_as_server(at.images[0])
    stroke = at.images[0].history()[0][0]
    assert (stroke.tool, stroke.ink) == ("brush", "background")
    assert stroke.points[0][0] == pytest.approx(4 * 90, abs=2)  # a step is a quarter of the brush
    assert stroke.points[-1][0] == pytest.approx(4 * 120, abs=2)
    at.page.keyboard.press("Shift+ArrowDown")
    expect(at.page.locator(".ml-ring").first).to_be_visible()
