"""What the panes show of a photo: backdrops, the loupe, the minimap, zoom and place."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from browsers import in_both_browsers
from pane_pixels import again, anything, draws, like, point_at, view
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


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
