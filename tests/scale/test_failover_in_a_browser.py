"""An operator draws behind Caddy; the process of their page dies, and another goes on with it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page
from small_images import draft
from web_processes import PATIENCE_SECONDS, ROOT, WebProcess, free_port

from annotation_store.corrections import open_document, replayed_marks
from annotation_store.store import Store, open_store
from training.built_in_models import register_built_in_models

PATIENCE = 180_000  # milliseconds
SAVED = "[data-testid=editor-status][data-state=ready], [data-testid=editor-status][data-state=saved]"

pytestmark = [pytest.mark.scale, pytest.mark.browser]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    register_built_in_models(opened)
    draft(opened, "cup_1.png", 1)
    yield opened
    opened.database.close()


@pytest.fixture
def webs(tmp_path: Path, store: Store) -> Iterator[tuple[WebProcess, WebProcess]]:
    """Two on one folder, as on one computer."""
    first, second = WebProcess(store.folder), WebProcess(store.folder)
    with ExitStack() as stack:
        for web in (first, second):
            stack.callback(web.close)
            web.start()
        for web in (first, second):
            web.wait_until_ready()
        yield first, second


@pytest.fixture
def proxy(tmp_path: Path, webs: tuple[WebProcess, WebProcess]) -> Iterator[str]:
    """The address of Caddy with the project's own Caddyfile, to which these two stand in the place of a name."""
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("no `caddy` on the PATH: install it (Debian: apt-get install caddy) to run this test")
    address = f"http://127.0.0.1:{free_port()}"
    text = (ROOT / "deploy" / "Caddyfile").read_text()
    named = text.index("dynamic a web 7860 {")
    upstreams = " ".join(web.address.removeprefix("http://") for web in webs)
    text = text[:named] + f"to {upstreams}\n" + text[text.index("}", named) + 1 :]
    file = tmp_path / "Caddyfile"
    file.write_text(text.replace("{\n\tservers", "{\n\tadmin off\n\tservers", 1))
    process = subprocess.Popen(
        [caddy, "run", "--config", str(file), "--adapter", "caddyfile"],
        env={"MATTELOOP_PUBLIC_URL": address, "HOME": str(tmp_path)},
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                assert httpx.get(f"{address}/api/v1/me", timeout=60).status_code == 200
                break
            except httpx.TransportError:
                assert time.monotonic() < end, "Caddy does not answer"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US") as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        yield opened


def draw(page: Page, *points: tuple[float, float]) -> None:
    places = page.evaluate("points => points.map(([x, y]) => matteloopEditor.imageToClient(x, y))", list(points))
    page.mouse.move(places[0]["x"], places[0]["y"])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(place["x"], place["y"], steps=3)
    page.mouse.up()


def stays_with(page: Page, proxy: str, webs: tuple[WebProcess, WebProcess]) -> WebProcess:
    """The process that the proxy's cookie leads to: each has a number of its own for Gradio."""
    app_id = page.evaluate("fetch('/gradio_api/app_id').then((answer) => answer.text())")
    return next(web for web in webs if httpx.get(f"{web.address}/gradio_api/app_id").text == app_id)


def test_strokes_go_on_at_the_other_process_and_the_page_recovers_by_itself(
    page: Page, proxy: str, webs: tuple[WebProcess, WebProcess], store: Store
) -> None:
    page.goto(f"{proxy}/correct?image=1")
    page.locator(SAVED).first.wait_for()
    page.keyboard.press("1")
    page.keyboard.press("b")
    draw(page, (20, 20), (60, 30))
    page.evaluate("matteloopEditor.whenSaved()")

    stays_with(page, proxy, webs).kill()
    page.keyboard.press("f")
    draw(page, (40, 40), (50, 40))
    page.wait_for_timeout(4000)
    page.locator(SAVED).first.wait_for()
    page.wait_for_timeout(8000)
    page.locator(SAVED).first.wait_for()
    page.keyboard.press("1")
    page.keyboard.press("u")
    draw(page, (20, 50), (30, 50))
    page.evaluate("matteloopEditor.whenSaved()")

    trimap = bytes(page.evaluate("Array.from(matteloopEditor.trimapBytes())"))
    document = open_document(store, 1)
    assert [edit.ink for edit in document.edits] == ["background", "foreground", "unknown"]
    assert replayed_marks(store, document).trimap.tobytes() == trimap
    assert page.get_by_test_id("editor-status").get_attribute("data-state") == "saved"
