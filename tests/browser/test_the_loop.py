"""The whole mission in a real browser: photos in, drafts, strokes, approval, retraining, export."""

import io
import json
import random
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from studio_address import OpenStudio

from annotation_store import gallery
from annotation_store.insights.working_time import read_spans, worked_times
from annotation_store.states import ImageState
from annotation_store.store import open_store
from matting_core.image_io import decode_alpha, decode_photo, decode_trimap

pytestmark = pytest.mark.browser

SAMPLES = 5
DRAFT_PATIENCE, TRAINING_PATIENCE = 240_000, 300_000  # milliseconds, on one busy core


@pytest.fixture(scope="module")
def page(browser: Browser) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", accept_downloads=True)
    page = context.new_page()
    yield page
    context.close()


def wait_until_saved(page: Page) -> None:
    page.evaluate("matteloopEditor.whenSaved()")


def wait_until_settled(page: Page) -> None:
    """Not by `wait_for_function`, which runs text: the pages' Content-Security-Policy forbids that."""
    page.evaluate("""async () => {
      while (!matteloopEditor.isSettled()) await new Promise((done) => setTimeout(done, 50));
    }""")


def open_image(page: Page, studio: OpenStudio, image_id: int) -> None:
    page.goto(f"{studio.address}/correct?image={image_id}")
    page.locator(
        "[data-testid=editor-status][data-state=ready],[data-testid=editor-status][data-state=saved]"
    ).wait_for(timeout=60_000)


def draw(page: Page, points: list[tuple[float, float]]) -> None:
    places = page.evaluate(
        "points => points.map(([x, y]) => { const p = matteloopEditor.imageToClient(x, y); return [p.x, p.y]; })",
        points,
    )
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=2)
    page.mouse.up()


def trimap_in_browser(page: Page) -> bytes:
    return bytes(page.evaluate("Array.from(matteloopEditor.trimapBytes())"))


def alpha_in_browser(page: Page) -> bytes:
    return bytes(page.evaluate("Array.from(matteloopEditor.alphaBytes())"))


def trimap_on_server(page: Page, studio: OpenStudio, image_id: int) -> np.ndarray:
    return decode_trimap(page.request.get(f"{studio.address}/api/v1/images/{image_id}/trimap").body())


def test_the_bar_speaks_the_browsers_language(browser: Browser, open_studio: OpenStudio) -> None:
    with browser.new_context(locale="ja-JP") as context:
        japanese = context.new_page()
        for path in ("", "/correct"):
            japanese.goto(f"{open_studio.address}{path}")
            for name in ("写真", "修正", "学習", "書き出し"):
                expect(japanese.locator("nav.fillable").get_by_text(name, exact=True)).to_be_visible(timeout=30_000)


def test_bad_files_are_named_and_good_ones_come_in(page: Page, open_studio: OpenStudio, tmp_path: Path) -> None:
    (tmp_path / "letter.jpg").write_text("Dear colleague, the photos are attached.")
    (tmp_path / "empty.png").touch()
    page.goto(open_studio.address)
    page.get_by_test_id("empty-studio").wait_for()
    page.set_input_files("#upload input[type=file]", [tmp_path / "letter.jpg", tmp_path / "empty.png"])
    refused = page.get_by_test_id("intake-rejected")
    expect(refused).to_contain_text("letter.jpg: this is a text file", timeout=30_000)
    expect(refused).to_contain_text("empty.png: the file is empty")


def test_sample_photos_come_in_and_are_drafted(page: Page, open_studio: OpenStudio) -> None:
    page.goto(open_studio.address)
    page.locator("#load-samples").click()
    expect(page.get_by_test_id("intake-accepted")).to_contain_text(str(SAMPLES), timeout=60_000)
    expect(page.locator(".card[data-state=ready]")).to_have_count(SAMPLES, timeout=DRAFT_PATIENCE)
    page.get_by_text("Failed", exact=True).click()
    page.get_by_test_id("no-match").wait_for()


def test_a_stroke_changes_the_alpha_and_survives_a_reload(page: Page, open_studio: OpenStudio) -> None:
    open_image(page, open_studio, 1)
    before = alpha_in_browser(page)
    page.get_by_test_id("ink-background").click()
    draw(page, [(200, 200), (300, 260)])
    wait_until_settled(page)
    painted, changed = trimap_in_browser(page), alpha_in_browser(page)
    assert changed != before
    assert painted == trimap_on_server(page, open_studio, 1).tobytes()
    page.reload()
    page.locator("[data-testid=editor-status][data-state=ready]").wait_for(timeout=60_000)
    assert trimap_in_browser(page) == painted
    assert alpha_in_browser(page) == changed


def test_fifty_random_strokes_with_undo_and_redo_agree_with_the_server_bit_for_bit(
    page: Page, open_studio: OpenStudio
) -> None:
    open_image(page, open_studio, 2)
    photo = decode_photo(page.request.get(f"{open_studio.address}/api/v1/images/2/photo").body()).rgb
    height, width = photo.shape[:2]
    rng = random.Random(7)
    for step in range(50):
        page.get_by_test_id(rng.choice(["ink-foreground", "ink-background", "ink-unknown"])).click()
        page.get_by_test_id("brush-size-pixels").fill(str(rng.randint(2, 60)))
        page.get_by_test_id("brush-size-pixels").press("Enter")
        draw(page, [(rng.uniform(2, width - 2), rng.uniform(2, height - 2)) for _ in range(rng.randint(1, 3))])
        if step % 5 == 4:
            page.keyboard.press("Control+z")
        if step % 10 == 9:
            page.keyboard.press("Control+Shift+z")
    wait_until_saved(page)
    server = trimap_on_server(page, open_studio, 2)
    assert trimap_in_browser(page) == server.tobytes()
    assert set(np.unique(server)) <= {0, 128, 255}
    alpha = decode_alpha(page.request.get(f"{open_studio.address}/api/v1/images/2/alpha").body())
    assert alpha_in_browser(page) == (alpha * 255 + 0.5).astype(np.uint8).tobytes()


def test_approving_goes_on_to_the_next_image_and_skipping_asks_why(page: Page, open_studio: OpenStudio) -> None:
    open_image(page, open_studio, 1)
    for image_id in (1, 2, 3, 4):
        expect(page).to_have_url(f"{open_studio.address}/correct?image={image_id}")
        page.get_by_test_id("editor-status").and_(page.locator("[data-state=ready]")).wait_for(timeout=60_000)
        page.get_by_test_id("approve").click()
    expect(page).to_have_url(f"{open_studio.address}/correct?image=5", timeout=60_000)
    page.get_by_test_id("editor-status").and_(page.locator("[data-state=ready]")).wait_for(timeout=60_000)
    page.get_by_test_id("skip").click()
    page.get_by_test_id("skip-reason").fill("out of focus")
    page.get_by_test_id("skip-confirm").click()
    page.get_by_test_id("notice-empty").wait_for(timeout=60_000)
    page.goto(open_studio.address)
    expect(page.get_by_test_id("count-approved")).to_contain_text("4", timeout=30_000)
    expect(page.get_by_test_id("count-skipped")).to_contain_text("1")


def test_the_desk_has_told_how_long_each_photo_took(open_studio: OpenStudio) -> None:
    store = open_store(open_studio.folder)
    with store.database.read() as session:
        spans = read_spans(session, [1, 2, 3, 4, 5])
    store.database.close()
    times = worked_times(spans)
    assert set(times) == {(image_id, "hanako") for image_id in (1, 2, 3, 4, 5)}
    assert all(time.review == 0 for time in times.values())
    assert times[1, "hanako"].correction > 0.1  # a stroke, and a look at what came of it
    assert times[2, "hanako"].correction > max(times[3, "hanako"].correction, 5)  # fifty strokes
    whole = max(span.ended_at for span in spans) - min(span.began_at for span in spans)
    assert sum(time.correction for time in times.values()) <= whole.total_seconds() + 0.001
    assert whole.total_seconds() < 3600


def test_retraining_ends_with_a_verdict_and_a_clear_live_model(page: Page, open_studio: OpenStudio) -> None:
    page.goto(f"{open_studio.address}/learn")
    expect(page.get_by_test_id("approved-1")).to_have_text("4", timeout=30_000)
    page.locator("#retrain").click()
    run = page.get_by_test_id("training-run").and_(page.locator("[data-state=succeeded][data-kind=matting]"))
    run.wait_for(timeout=TRAINING_PATIENCE)
    expect(run).to_contain_text("It made compact-0001.")
    standing = page.get_by_test_id("models").get_by_test_id("standing-3-1")  # two models come with the program
    expect(standing).to_have_attribute("data-state", re.compile("live|refused"))
    serves = "compact-0001" if standing.get_attribute("data-state") == "live" else "compact"
    expect(page.get_by_test_id("live-matting-1").locator("strong")).to_have_text(serves)


def test_a_training_can_be_cancelled(page: Page, open_studio: OpenStudio) -> None:
    page.goto(f"{open_studio.address}/learn")
    page.get_by_test_id("serving").wait_for()
    page.locator("#retrain").click()
    cancel = (
        page.get_by_test_id("training-run").and_(page.locator("[data-kind=matting]")).locator("[data-deed^=cancel]")
    )
    cancel.click(timeout=TRAINING_PATIENCE)
    run = page.get_by_test_id("training-run").and_(page.locator("[data-state=cancelled][data-kind=matting]"))
    run.wait_for(timeout=TRAINING_PATIENCE)


def test_the_export_holds_exactly_what_was_approved(page: Page, open_studio: OpenStudio) -> None:
    page.goto(f"{open_studio.address}/export")
    page.get_by_text("4 approved images").wait_for(timeout=DRAFT_PATIENCE)
    page.locator("#export-now").click()
    with page.expect_download(timeout=120_000) as waiting:
        page.get_by_test_id("download-1").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    manifest = json.loads(archive.read("manifest.json"))
    assert [image["approved_by"] for image in manifest["images"]] == ["hanako"] * 4
    store = open_store(open_studio.folder)
    assert gallery.count_by_state(store)[ImageState.APPROVED] == 4
    for image in manifest["images"]:
        stem = Path(image["name"]).stem
        alpha = decode_alpha(archive.read(f"alpha/{stem}.png"))
        trimap = decode_trimap(archive.read(f"trimap/{stem}.png"))
        assert alpha.shape == trimap.shape == (image["height"], image["width"])
        assert (alpha[trimap == 255] == 1).all()
        assert (alpha[trimap == 0] == 0).all()
        cutout = decode_alpha(archive.read(f"cutout/{stem}.png"))
        assert np.abs(cutout - alpha).max() <= 0.5 / 255 + 1e-6
    store.database.close()
