"""Every tool by hand: what it does to the pixels, as the API tells them."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from browsers import in_both_browsers
from playwright.sync_api import expect

from matting_core.edits.area import Area
from matting_core.edits.band import Band
from matting_core.edits.edit import painted
from matting_core.edits.fill import Fill
from matting_core.edits.ink import Ink

pytestmark = pytest.mark.browser

SQUARE = [(20, 20), (60, 20), (60, 50), (20, 50)]


def last_edit(at: object) -> object:
    return at.images[0].history()[0][-1]


def drag(at: object, *points: tuple[float, float]) -> None:
    """As `draw`, but in many small steps, as a hand does."""
    places = at.page.evaluate("points => points.map(([x, y]) => matteloopEditor.imageToClient(x, y))", list(points))
    at.page.mouse.move(places[0]["x"], places[0]["y"])
    at.page.mouse.down()
    for place in places[1:]:
        at.page.mouse.move(place["x"], place["y"], steps=10)
    at.page.mouse.up()


def click(at: object, x: float, y: float, **options: object) -> None:
    place = at.page.evaluate("([x, y]) => matteloopEditor.imageToClient(x, y)", [x, y])
    at.page.mouse.click(place["x"], place["y"], **options)


def set_slider(at: object, testid: str, value: float) -> None:
    at.page.get_by_test_id(testid).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')) }", value
    )


@in_both_browsers
def test_the_alpha_brush_paints_opacity_and_opens_what_is_known(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("a")
    for testid, value in (("softValue", 20), ("softHardness", 100), ("softFlow", 100)):
        set_slider(at, testid, value)
    at.draw((80, 60))  # in the middle of the foreground
    at.wait_for("saved")

    at.assert_same_as_server(at.images[0])
    edit = last_edit(at)
    assert (edit.tool, edit.value, edit.hardness, edit.flow) == ("soft_brush", 51, 100, 100)
    alpha, trimap = at.images[0].alpha(), at.images[0].trimap()
    assert (trimap[60, 80], alpha[60, 80]) == (128, 51)
    assert (trimap[60, 55], alpha[60, 55]) == (255, 255)


def test_a_faint_alpha_stroke_shows_before_the_server_answers(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.route("**/edits", lambda route: None)  # never answered
    at.page.keyboard.press("a")
    set_slider(at, "softValue", 0)
    set_slider(at, "softFlow", 50)
    at.draw((80, 60))
    at.wait_for("sending")
    assert at.alpha()[60 * 160 + 80] == pytest.approx(128, abs=2)


@in_both_browsers
def test_the_lasso_labels_what_it_encloses(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("l")
    at.page.keyboard.press("f")
    drag(at, *SQUARE)
    at.wait_for("saved")

    at.assert_same_as_server(at.images[0])
    assert isinstance(last_edit(at), Area)
    trimap = at.images[0].trimap()
    assert (trimap[22:48, 22:58] == 255).all()
    assert (trimap[:18] == 0).all()


@pytest.mark.parametrize("ending", ["Enter", "double click", "first corner"])
def test_a_polygon_is_closed_in_three_ways(desk: Callable, ending: str) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("o")
    at.page.keyboard.press("u")
    click(at, 5, 5)
    at.page.keyboard.press("Backspace")  # a slip
    for corner in SQUARE[:3]:
        click(at, *corner)
    if ending == "double click":
        click(at, *SQUARE[3], click_count=2)
    else:
        click(at, *SQUARE[3])
    if ending == "Enter":
        at.page.keyboard.press("Enter")
    if ending == "first corner":
        click(at, *SQUARE[0])
    at.wait_for("saved")

    at.assert_same_as_server(at.images[0])
    assert len(last_edit(at).points) == 4
    assert (at.images[0].trimap()[22:48, 22:58] == 128).all()
    assert at.images[0].state == "in_correction"  # Enter closed the outline and did not approve


def test_escape_calls_an_outline_off(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("o")
    for corner in SQUARE:
        click(at, *corner)
    at.page.keyboard.press("Escape")
    at.page.keyboard.press("Enter")  # there is no outline any more, so this approves
    at.expect_text("image-name", "ellipse_2.jpg")
    assert at.images[0].log == []


def test_escape_calls_a_stroke_off_as_if_it_had_never_begun(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    before = (at.trimap(), at.alpha())
    place = at.page.evaluate("matteloopEditor.imageToClient(30, 30)")
    at.page.mouse.move(place["x"], place["y"])
    at.page.mouse.down()
    at.page.mouse.move(place["x"] + 60, place["y"] + 60, steps=4)
    assert at.trimap() != before[0]
    at.page.keyboard.press("Escape")
    at.page.mouse.up()
    at.page.wait_for_timeout(200)
    assert (at.trimap(), at.alpha()) == before
    assert at.images[0].log == []


@in_both_browsers
def test_a_fill_labels_all_that_is_connected(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("g")
    at.page.keyboard.press("u")
    click(at, 80, 60)
    at.wait_for("saved")

    at.assert_same_as_server(at.images[0])
    assert last_edit(at) == Fill(Ink.UNKNOWN, 80, 60)
    assert not (at.images[0].trimap() == 255).any()


def test_a_fill_after_an_undo_that_is_not_answered_yet_fills_what_the_server_fills(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.press("ink-background")
    at.draw((40, 60), (120, 60))  # parts the foreground
    at.wait_for("saved")
    held = []
    at.page.route("**/undo", lambda route: held.append(route))
    at.page.keyboard.press("Control+z")
    at.wait_for("sending")
    at.page.keyboard.press("g")
    at.page.keyboard.press("u")
    click(at, 80, 80)
    at.page.wait_for_timeout(100)
    at.wait_until(lambda: held)
    held[0].continue_()
    at.wait_for("saved")
    at.assert_same_as_server(at.images[0])
    assert not (at.images[0].trimap() == 255).any()


def test_the_eraser_brings_the_draft_back(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.press("ink-background")
    at.draw((60, 60), (100, 60))
    at.wait_for("saved")
    assert at.images[0].trimap()[60, 80] == 0
    at.page.keyboard.press("e")
    at.page.wait_for_timeout(300)  # the draft is fetched
    at.page.get_by_test_id("brush-size-pixels").fill("120")
    at.page.get_by_test_id("brush-size-pixels").press("Enter")
    at.draw((60, 60), (100, 60))
    at.page.evaluate("matteloopEditor.whenSaved()")
    at.assert_same_as_server(at.images[0])
    assert np.array_equal(at.images[0].trimap(), at.images[0].base)


def test_what_is_laid_with_the_draft_is_sent_in_order_though_the_draft_cannot_be_fetched(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.route("**/draft/trimap", lambda route: route.abort())
    at.press("ink-background")
    at.draw((40, 60), (120, 60))
    at.page.keyboard.press("l")
    at.page.keyboard.press("e")
    drag(at, (0, 30), (80, 30), (80, 90), (0, 90))
    at.page.keyboard.press("g")
    at.page.keyboard.press("u")
    click(at, 60, 60)
    at.page.evaluate("matteloopEditor.whenSaved()")
    at.assert_same_as_server(at.images[0])
    assert [edit.tool for edit in at.images[0].history()[0]] == ["brush", "area", "fill"]


@pytest.mark.parametrize(("key", "by"), [(".", 4), (",", -4)])
def test_the_band_of_the_whole_photo_is_moved_by_a_key(desk: Callable, key: str, by: int) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press(key)
    at.wait_for("saved")

    at.assert_same_as_server(at.images[0])
    assert last_edit(at) == Band(by)
    assert np.array_equal(at.images[0].trimap(), painted(at.images[0].base, [Band(by)]))


def test_the_band_is_moved_inside_a_lasso_only(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("l")
    at.press("outlineDoes-widen")
    drag(at, (0, 0), (80, 0), (80, 120), (0, 120))
    at.wait_for("saved")

    at.assert_same_as_server(at.images[0])
    changed = at.images[0].trimap() != at.images[0].base
    assert changed[:, :78].any()
    assert not changed[:, 82:].any()


def test_a_box_and_a_click_let_the_drafter_make_a_part_anew(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.press("ink-background")
    at.draw((60, 60), (100, 60))
    at.wait_for("saved")
    at.page.keyboard.press("x")
    drag(at, (30, 20), (130, 100))
    at.page.evaluate("matteloopEditor.whenSaved()")
    at.assert_same_as_server(at.images[0])
    assert np.array_equal(at.images[0].trimap(), at.images[0].base)  # the stand-in drafts what it drafted before

    click(at, 10, 10)
    at.page.evaluate("matteloopEditor.whenSaved()")
    at.assert_same_as_server(at.images[0])
    assert at.images[0].trimap()[10, 10] == 255
    click(at, 80, 60, button="right")
    at.page.evaluate("matteloopEditor.whenSaved()")
    assert at.images[0].trimap()[60, 80] == 0


def test_shift_draws_a_straight_line_from_the_last_stroke(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.press("ink-background")
    click(at, 40, 60)
    at.page.keyboard.down("Shift")
    click(at, 120, 60)
    at.page.keyboard.up("Shift")
    at.wait_for("saved")
    at.assert_same_as_server(at.images[0])
    assert (at.images[0].trimap()[60, 42:118] == 0).all()


def test_a_steady_hand_smooths_a_shaking_one(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    set_slider(at, "smoothing", 1)
    drag(at, *[(30 + 4 * step, 60 + (2 if step % 2 else -2)) for step in range(20)])
    at.wait_for("saved")
    points = np.array(last_edit(at).points)
    assert np.abs(points[20:-1, 1] - 240).max() <= 4  # quarter pixels: of a zigzag of 8 on either side
    assert points[-1, 0] == pytest.approx(4 * 106, abs=4)  # and it ends where the hand ended


def test_a_long_stroke_shows_its_matte_before_it_ends(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.press("ink-background")
    place = at.page.evaluate("matteloopEditor.imageToClient(60, 60)")
    at.page.mouse.move(place["x"], place["y"])
    at.page.mouse.down()
    at.page.mouse.move(place["x"] + 100, place["y"], steps=5)
    at.page.wait_for_timeout(900)
    assert at.images[0].previewed
    assert at.images[0].log == []
    expected = at.images[0].alpha(at.images[0].marks(at.images[0].previewed[-1]))
    assert at.alpha() == expected.tobytes()
    at.page.mouse.up()
    at.wait_for("saved")
    at.assert_same_as_server(at.images[0])


@in_both_browsers
def test_any_walk_through_all_tools_with_undo_and_redo_agrees_with_the_server(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("e")  # so that the draft is there
    at.page.wait_for_timeout(300)
    chance = random.Random(11)
    for _ in range(36):
        at.page.keyboard.press(chance.choice("daloglgd"))
        at.page.keyboard.press(chance.choice("fbue")) if chance.random() < 0.6 else None
        corners = [(chance.uniform(2, 158), chance.uniform(2, 118)) for _ in range(chance.randint(3, 4))]
        drag(at, *corners)
        at.page.keyboard.press("Escape")  # of a polygon that was only begun
        for _ in range(chance.choice([0, 0, 1, 2])):
            at.page.keyboard.press("Control+z")
        if chance.random() < 0.3:
            at.page.keyboard.press("Control+Shift+z")
        if chance.random() < 0.1:
            at.page.keyboard.press(chance.choice(".,"))
    at.assert_same_as_server(at.images[0])
    assert len({edit.tool for _, _, edit in at.images[0].log if edit is not None}) >= 4


def test_the_tool_in_hand_and_its_options_are_shown_and_remembered(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("a")
    expect(at.page.get_by_test_id("tool-soft_brush")).to_have_attribute("aria-pressed", "true")
    expect(at.page.get_by_test_id("softFlow")).to_be_visible()
    at.page.reload()
    at.wait_for("ready")
    expect(at.page.get_by_test_id("softFlow")).to_be_visible()
    at.page.keyboard.press("b")  # a label: the brush that lays it comes with it
    expect(at.page.get_by_test_id("tool-brush")).to_have_attribute("aria-pressed", "true")
    expect(at.page.get_by_test_id("softFlow")).to_be_hidden()
