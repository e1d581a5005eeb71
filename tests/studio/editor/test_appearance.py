"""Themes, contrast, motion, and what assistive technology is told."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_theme_is_that_of_the_system_or_of_a_page_that_is_marked_dark(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    root = at.page.locator("#root")
    for scheme in ("dark", "light"):
        at.page.emulate_media(color_scheme=scheme)
        expect(root).to_have_attribute("data-theme", scheme)
    at.page.evaluate("document.body.classList.add('dark')")
    expect(root).to_have_attribute("data-theme", "dark")
    at.page.evaluate("document.body.classList.remove('dark')")
    expect(root).to_have_attribute("data-theme", "light")


def test_nothing_turns_for_who_prefers_reduced_motion(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.route("**/edits", lambda route: None)  # never answered
    at.draw((20, 20))
    at.wait_for("sending")
    moves = "getComputedStyle(document.querySelector('[data-testid=editor-status]'), '::before').animationName"
    assert at.page.evaluate(moves) == "ml-turn"
    at.page.emulate_media(reduced_motion="reduce")
    assert at.page.evaluate(moves) == "none"


CSS = Path(__file__).parents[3] / "studio" / "editor" / "frame"


def themes() -> dict[str, dict[str, str]]:
    """The colours of both themes: {theme: {variable: colour}}."""
    source = (CSS / "editor.css").read_text(encoding="utf-8")
    dark, light = (
        dict(re.findall(r"--([\w-]+): (#\w+);", re.search(pattern + r" {(.*?)}", source, re.DOTALL)[1]))
        for pattern in (r"\.matteloop-editor", r'\.matteloop-editor\[data-theme="light"\]')
    )
    return {"dark": dark, "light": {**dark, **light}}


def luminance(colour: str) -> float:
    """Relative luminance, by WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_words_can_be_read_on_every_ground(theme: str) -> None:
    colours = themes()[theme]
    pairs = [(word, ground) for word in ("text", "muted", "warning") for ground in ("panel", "raised", "field")]
    pairs += [
        ("text", "pressed"),
        ("on-primary", "primary"),
        ("on-primary", "primary-hover"),
        ("on-warning", "warning"),
    ]
    too_weak = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in too_weak.items() if ratio < 4.5} == {}


def test_every_grey_is_neutral() -> None:
    for colours in themes().values():
        coloured = {"warning"}
        for name in colours.keys() - coloured:
            digits = colours[name][1:]
            assert digits in (digits[:1] * 3, digits[:2] * 3), name


def test_what_can_be_focused_does_not_lie_inside_a_picture(desk: Callable) -> None:
    """To assistive technology a picture is one thing: whatever lies in it cannot be reached."""
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("w")
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()
    inside = "document.querySelectorAll('[role=img] :is([tabindex], button, input)').length"
    assert at.page.evaluate(inside) == 0
