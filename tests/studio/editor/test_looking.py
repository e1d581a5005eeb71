"""What helps to look: doubt, slips, comparing, backdrops, the loupe, the minimap, zoom and the theme."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from browsers import in_both_browsers
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PLACES = [(20, 20, 40, 40), (120, 20, 140, 40), (20, 90, 40, 110)]

PIXELS = """async ({ pane, places }) => {
  for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame); // all that was asked for is drawn then
  const canvas = document.querySelector(`[data-testid=pane-${pane}] canvas`);
  const context = canvas.getContext("2d");
  const { left, top } = document.querySelector("[data-testid=pane-photo]").getBoundingClientRect();
  return places.map((place) => {
    const { x, y } = matteloopEditor.imageToClient(...place);
    return Array.from(context.getImageData(Math.floor(x - left), Math.floor(y - top), 1, 1).data.slice(0, 3));
  });
}"""


def draws(at: Any, pane: str, place: tuple[float, float], looks: Callable[[list[int]], bool]) -> list[int]:
    """Wait until the pixel looks as it should, and return it."""
    for _ in range(60):
        [found] = at.page.evaluate(PIXELS, {"pane": pane, "places": [place]})
        if looks(found):
            return found
    raise AssertionError(f"{pane} shows {found} at {place}")


def unlike(colour: list[int], by: int = 20) -> Callable[[list[int]], bool]:
    return lambda found: max(abs(a - b) for a, b in zip(found, colour, strict=True)) > by


def like(colour: list[int], by: int = 6) -> Callable[[list[int]], bool]:
    return lambda found: max(abs(a - b) for a, b in zip(found, colour, strict=True)) <= by


def anything(_: list[int]) -> bool:
    return True


def view(at: Any) -> dict[str, Any] | None:
    return at.page.evaluate("matteloopEditor.view()")


def point_at(at: Any, x: float, y: float) -> None:
    place = at.page.evaluate("([x, y]) => matteloopEditor.imageToClient(x, y)", [x, y])
    at.page.mouse.move(place["x"], place["y"])


def again(at: Any) -> None:
    """Read anew what a test has put into the stand-in."""
    at.page.reload()
    at.wait_for("ready")


@in_both_browsers
def test_m_shows_where_the_model_is_unsure_in_both_panes_and_hides_it_again(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].places = PLACES
    at.press("backdrop-white")
    places = {"photo": (30, 30), "matte": (30, 30)}
    bare = {pane: draws(at, pane, place, anything) for pane, place in places.items()}
    heat = at.page.get_by_test_id("heat")
    at.page.keyboard.press("m")
    expect(heat).to_have_attribute("aria-pressed", "true")
    for pane, place in places.items():
        draws(at, pane, place, unlike(bare[pane]))
        draws(at, pane, (80, 100), anything)
    at.page.keyboard.press("m")
    expect(heat).to_have_attribute("aria-pressed", "false")
    for pane, place in places.items():
        draws(at, pane, place, like(bare[pane]))


@in_both_browsers
def test_j_and_k_go_through_the_doubtful_places_and_around(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].places = PLACES
    for key, number in [("j", 1), ("j", 2), ("j", 3), ("j", 1), ("k", 3), ("k", 2)]:
        at.page.keyboard.press(key)
        expect(at.page.locator(".ml-flash")).to_have_text(f"Doubtful place {number} of 3")
        left, top, right, bottom = PLACES[number - 1]
        assert view(at)["centre"] == [(left + right) / 2, (top + bottom) / 2]
        assert view(at)["scale"] > 1
        expect(at.page.locator(".ml-doubt")).to_have_count(2)  # one in each pane


def test_that_nothing_is_doubtful_is_told_in_words(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("j")

    expect(at.page.locator(".ml-flash")).to_have_text("Nothing doubtful was found")
    assert view(at) is None


def test_that_the_studio_cannot_be_asked_is_not_told_as_nothing_doubtful(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.route("**/doubt", lambda route: route.abort())
    at.page.keyboard.press("j")

    expect(at.page.locator(".ml-flash")).to_contain_text("The studio does not answer")


def test_after_a_stroke_the_doubtful_places_are_looked_for_anew(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].places = PLACES
    at.page.keyboard.press("j")
    expect(at.page.locator(".ml-flash")).to_have_text("Doubtful place 1 of 3")
    at.images[0].places = PLACES[1:]  # what was doubtful is right after the stroke
    at.draw((30, 30))
    at.wait_for("saved")
    at.page.keyboard.press("j")

    expect(at.page.locator(".ml-flash")).to_have_text("Doubtful place 1 of 2")
    assert view(at)["centre"] == [130, 30]


@in_both_browsers
def test_likely_slips_are_counted_and_marked_and_hidden_by_t(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].slips = PLACES[:2]
    again(at)
    slips, marks = at.page.get_by_test_id("slips"), at.page.locator(".ml-slip.is-speck")
    expect(slips).to_have_attribute("data-count", "2")
    expect(marks).to_have_count(4)  # two in each pane
    at.page.keyboard.press("t")
    expect(marks).to_have_count(0)
    expect(slips).to_have_attribute("aria-pressed", "false")
    at.page.keyboard.press("t")
    expect(marks).to_have_count(4)


def erased_middle(at: Any) -> None:
    """The middle of the ellipse is foreground in the draft, and background now."""
    at.press("backdrop-alpha")
    at.press("ink-background")
    at.draw((70, 60), (90, 60))
    at.wait_for("saved")
    at.press("fit")


BLACK, WHITE = [0, 0, 0], [255, 255, 255]


@in_both_browsers
def test_w_wipes_between_the_matte_and_the_draft(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    erased_middle(at)
    at.page.keyboard.press("w")
    line = at.page.get_by_test_id("wipe-line")
    expect(line).to_be_visible()
    draws(at, "matte", (70, 60), like(BLACK))  # left of the line: as it is now
    draws(at, "matte", (90, 60), like(WHITE))  # right of it: the draft
    pane = at.page.get_by_test_id("pane-matte").bounding_box()
    place = line.bounding_box()
    at.page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 200)
    at.page.mouse.down()
    at.page.mouse.move(pane["x"] + 0.1 * pane["width"], place["y"] + 220, steps=3)
    at.page.mouse.up()
    expect(line).to_have_attribute("aria-valuenow", "10")
    draws(at, "matte", (70, 60), like(WHITE))
    assert len(at.images[0].log) == 1  # the line was dragged, nothing was painted
    line.focus()
    for _ in range(42):
        at.page.keyboard.press("ArrowRight")
    expect(line).to_have_attribute("aria-valuenow", "94")
    draws(at, "matte", (90, 60), like(BLACK))
    at.page.keyboard.press("ArrowLeft")
    expect(line).to_have_attribute("aria-valuenow", "92")
    at.page.keyboard.press("w")
    expect(line).to_be_hidden()
    draws(at, "matte", (90, 60), like(BLACK))


@in_both_browsers
def test_y_shows_the_other_version_as_long_as_it_is_held(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    erased_middle(at)
    draws(at, "matte", (80, 60), like(BLACK))
    at.page.keyboard.down("y")
    draws(at, "matte", (80, 60), like(WHITE))
    at.page.keyboard.up("y")
    draws(at, "matte", (80, 60), like(BLACK))


def test_what_was_approved_before_is_compared_with_or_told_to_be_missing(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("w")
    at.press("compareWith-approved")
    expect(at.page.locator(".ml-flash")).to_have_text("This photo has not been approved before")
    expect(at.page.get_by_test_id("compareWith-draft")).to_have_attribute("aria-pressed", "true")  # as before
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()
    at.images[0].approved = np.full((120, 160), 255, np.uint8)
    at.press("backdrop-alpha")
    at.press("compareWith-draft")
    draws(at, "matte", (150, 10), like(BLACK))
    at.press("compareWith-approved")
    draws(at, "matte", (150, 10), like(WHITE))
    draws(at, "matte", (10, 10), like(BLACK))


def test_a_photo_without_the_version_that_was_compared_with_last_is_compared_with_its_draft(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.images[0].approved = np.full((120, 160), 255, np.uint8)
    at.page.keyboard.press("w")
    at.press("compareWith-approved")
    expect(at.page.get_by_test_id("compareWith-approved")).to_have_attribute("aria-pressed", "true")
    at.open(2)  # never approved; what is liked best is remembered
    at.wait_for("ready")
    at.page.keyboard.press("w")
    expect(at.page.get_by_test_id("compareWith-draft")).to_have_attribute("aria-pressed", "true")
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()


def test_comparing_goes_on_with_the_next_photo(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.images[1].draft = 255 - at.images[1].draft
    at.press("backdrop-alpha")
    at.page.keyboard.press("w")
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()
    at.page.keyboard.press("n")
    at.expect_text("image-name", "ellipse_2.jpg")
    expect(at.page.get_by_test_id("wipe")).to_have_attribute("aria-pressed", "true")
    expect(at.page.get_by_test_id("wipe-line")).to_be_visible()
    draws(at, "matte", (90, 60), like(BLACK))
    draws(at, "matte", (70, 60), like(WHITE))


@in_both_browsers
def test_a_photo_of_the_operator_s_own_lies_under_the_cut_out(desk: Callable, tmp_path: Path) -> None:
    at = desk()
    at.wait_for("ready")
    blue = np.full((30, 40, 3), (200, 60, 20), np.uint8)  # BGR
    cv2.imwrite(str(tmp_path / "scene.png"), blue)
    (tmp_path / "letter.png").write_text("Dear colleague")
    file = at.page.get_by_test_id("backdrop-file")
    file.set_input_files(tmp_path / "letter.png")
    expect(at.page.locator(".ml-flash")).to_have_text("letter.png is no picture that the browser can read")
    expect(at.page.get_by_test_id("backdrop-checkerboard")).to_have_attribute("aria-pressed", "true")
    file.set_input_files(tmp_path / "scene.png")
    expect(at.page.get_by_test_id("backdrop-photo")).to_have_attribute("aria-pressed", "true")
    draws(at, "matte", (10, 10), like([20, 60, 200]))
    draws(at, "matte", (80, 60), like(at.images[0].rgb[60, 80].tolist()))
    again(at)  # a file is not kept: neither is the wish for it
    expect(at.page.get_by_test_id("backdrop-checkerboard")).to_have_attribute("aria-pressed", "true")


@in_both_browsers
def test_the_loupe_shows_as_long_as_z_is_held_and_follows_the_pointer(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    loupes = at.page.locator(".ml-loupe")
    point_at(at, 80, 60)
    expect(loupes.first).to_be_hidden()
    at.page.keyboard.down("z")
    expect(loupes.first).to_be_visible()
    expect(loupes.last).to_be_visible()
    before = loupes.first.bounding_box()
    point_at(at, 100, 60)
    moved = at.page.evaluate("matteloopEditor.imageToClient(100, 60).x - matteloopEditor.imageToClient(80, 60).x")
    assert loupes.first.bounding_box()["x"] - before["x"] == pytest.approx(moved, abs=1)
    at.page.keyboard.up("z")
    expect(loupes.first).to_be_hidden()
    expect(loupes.last).to_be_hidden()


@in_both_browsers
def test_the_minimap_is_there_while_not_all_is_seen_and_moves_the_view(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    minimap = at.page.locator(".ml-minimap")
    expect(minimap).to_be_hidden()
    for _ in range(9):
        at.page.keyboard.press("+")
    expect(minimap).to_be_visible()
    box = minimap.bounding_box()
    at.page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"])
    at.page.mouse.down()
    at.page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"], steps=4)
    at.page.mouse.up()
    assert view(at)["centre"] == pytest.approx([120, 60], abs=1.5)
    assert at.images[0].log == []
    at.page.keyboard.press("0")
    expect(minimap).to_be_hidden()


@in_both_browsers
def test_zoom_and_place_survive_a_reload(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    point_at(at, 40, 30)
    at.page.mouse.wheel(0, -600)
    at.page.wait_for_function("matteloopEditor.view()?.scale > 5")
    before = view(at)
    again(at)
    assert view(at) == before
    at.page.keyboard.press("0")
    again(at)
    assert view(at) is None


def test_zoom_reaches_from_5_to_3200_percent_and_shows_pixels_as_squares(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    zoom = at.page.locator("output.ml-zoom")
    for key, end in [("-", "5 %"), ("+", "3200 %")]:
        for _ in range(40):
            at.page.keyboard.press(key)
        expect(zoom).to_have_text(end)
    at.page.evaluate(CHESS)
    dark, light = draws(at, "photo", (80.1, 60.1), anything), draws(at, "photo", (81.1, 60.1), anything)
    assert max(dark) < 30
    assert min(light) > 220
    assert draws(at, "photo", (80.9, 60.9), anything) == dark  # to the very edge
    assert draws(at, "photo", (81.9, 60.9), anything) == light


# The photo of the stand-in comes as a JPEG: sharp pixels have to be drawn here.
CHESS = """() => {
  const { photo } = document.getElementById("root").matteloopEditor.session.planes;
  const context = photo.getContext("2d");
  for (let x = 70; x < 90; x++) {
    context.fillStyle = x % 2 === 0 ? "black" : "white";
    context.fillRect(x, 50, 1, 20);
  }
  document.getElementById("root").matteloopEditor.prefer({ opacity: 0 });
}"""


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
