"""What was drawn is there, whatever happens to the server, and two people never overwrite one another."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from breakable_studio import BreakableStudio
from playwright.sync_api import Browser, Page, expect
from small_images import draft

from annotation_store import corrections
from annotation_store.store import open_store
from training.built_in_models import register_built_in_models

pytestmark = pytest.mark.browser

PATIENCE = 90_000  # milliseconds: a studio starts in seconds, on a busy core in more


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[BreakableStudio]:
    store = open_store(tmp_path / "data")
    register_built_in_models(store)
    for number in (1, 2):
        draft(store, f"cup_{number}.png", number)
    store.database.close()
    breakable = BreakableStudio(tmp_path / "data")
    breakable.start()
    yield breakable
    breakable.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US") as context:
        yield context.new_page()


def open_image(page: Page, studio: BreakableStudio, image_id: int) -> None:
    page.goto(f"{studio.address}/correct?image={image_id}")
    wait_for(page, "ready", "saved")
    page.keyboard.press("1")


def wait_for(page: Page, *states: str) -> None:
    page.locator(", ".join(f"[data-testid=editor-status][data-state={state}]" for state in states)).wait_for(
        timeout=PATIENCE
    )


def draw(page: Page, *points: tuple[float, float]) -> None:
    places = page.evaluate("points => points.map(([x, y]) => matteloopEditor.imageToClient(x, y))", list(points))
    page.mouse.move(places[0]["x"], places[0]["y"])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(place["x"], place["y"], steps=3)
    page.mouse.up()


def planes_in_browser(page: Page) -> tuple[bytes, bytes]:
    return tuple(bytes(page.evaluate(f"Array.from(matteloopEditor.{name}Bytes())")) for name in ("trimap", "alpha"))  # type: ignore[return-value]


def assert_kept(page: Page, studio: BreakableStudio, image_id: int) -> corrections.Document:
    """The browser, and what the store's log replays to, agree; returns the document."""
    trimap, _ = planes_in_browser(page)
    store = open_store(studio.folder)
    document = corrections.open_document(store, image_id)
    assert corrections.replayed_marks(store, document).trimap.tobytes() == trimap
    store.database.close()
    return document


def test_strokes_drawn_while_the_server_is_dead_are_kept_and_sent_when_it_is_back(
    page: Page, studio: BreakableStudio
) -> None:
    open_image(page, studio, 1)
    page.keyboard.press("b")
    draw(page, (20, 20), (60, 30))
    wait_for(page, "saved")
    studio.kill()
    page.keyboard.press("l")
    draw(page, (10, 60), (40, 60), (40, 80), (10, 80))
    wait_for(page, "offline")
    page.keyboard.press("a")
    draw(page, (70, 40), (90, 50))
    shown = planes_in_browser(page)[0]
    studio.start()
    wait_for(page, "saved")
    assert planes_in_browser(page)[0] == shown
    document = assert_kept(page, studio, 1)
    assert [edit.tool for edit in document.edits] == ["brush", "area", "soft_brush"]


def test_a_server_that_dies_again_and_again_loses_and_doubles_nothing(page: Page, studio: BreakableStudio) -> None:
    open_image(page, studio, 1)
    page.set_default_timeout(PATIENCE)
    chance = random.Random(3)
    drawn = 0
    for _ in range(4):
        for _ in range(4):
            page.keyboard.press(chance.choice("fbu"))
            draw(page, *[(chance.uniform(5, 90), chance.uniform(5, 70)) for _ in range(2)])
            drawn += 1
            page.wait_for_timeout(chance.choice([0, 30, 120]))
        studio.kill()  # with a request on its way, or its answer
        studio.start()
    page.evaluate("matteloopEditor.whenSaved()")
    document = assert_kept(page, studio, 1)
    assert len(document.edits) == drawn
    page.reload()
    wait_for(page, "ready")
    before = planes_in_browser(page)
    assert_kept(page, studio, 1)
    page.keyboard.press("Control+z")  # the history has survived, too
    page.evaluate("matteloopEditor.whenSaved()")
    assert len(assert_kept(page, studio, 1).edits) == drawn - 1
    page.keyboard.press("Control+Shift+z")
    page.evaluate("matteloopEditor.whenSaved()")
    assert planes_in_browser(page)[0] == before[0]


def test_two_people_on_one_photo_get_a_conflict_with_both_mattes_and_can_keep_both(
    browser: Browser, page: Page, studio: BreakableStudio
) -> None:
    open_image(page, studio, 2)
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US") as elsewhere:
        other = elsewhere.new_page()
        open_image(other, studio, 2)
        for each, ink, at in ((page, "b", (20, 20)), (other, "f", (70, 60))):
            each.keyboard.press(ink)
            draw(each, at, (at[0] + 15, at[1]))
            if each is page:
                wait_for(each, "saved")
        wait_for(other, "conflict")
        expect(other.get_by_test_id("conflict-pictures").locator("canvas")).to_have_count(3)
        other.get_by_test_id("reload-again").click()
        wait_for(other, "saved")
        document = assert_kept(other, studio, 2)
        assert [edit.ink for edit in document.edits] == ["background", "foreground"]
        draw(page, (30, 70), (50, 70))
        wait_for(page, "conflict")
        page.get_by_test_id("reload-again").click()
        wait_for(page, "saved")
        assert len(assert_kept(page, studio, 2).edits) == 3
