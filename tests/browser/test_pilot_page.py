"""A pilot, from the lead's form to the report and its files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from served_studio import Served, served_studio
from small_images import draft

from annotation_store.learning.what_serves import live_model
from annotation_store.pilots.pilots import list_pilots
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import PilotState
from studio.device.live_model import LiveModel

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # milliseconds; the first chart takes a moment


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A studio with twelve photos that its model has drafted."""
    monkeypatch.setattr(LiveModel, "warm_up", lambda *_: None)
    with served_studio(tmp_path / "data") as served:
        store = served.studio.store
        model = live_model(store, FIRST_PROJECT)
        for number in range(12):
            draft(store, f"cup{number * 'o'}.png", number, model_id=model.id)
        yield served


@pytest.fixture(params=["en-US", "ja-JP"])
def page(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale=request.param) as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        complaints: list[str] = []
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.on("dialog", lambda dialog: dialog.accept())
        opened.goto(f"{served.address}/pilot")
        expect(opened.get_by_test_id("pilot-able")).to_contain_text("12")  # the form is filled by then
        yield opened
        assert complaints == []


def test_a_lead_begins_a_pilot_ends_it_and_has_its_report(page: Page, served: Served, tmp_path: Path) -> None:
    page.locator("#pilot-name input, #pilot-name textarea").fill("秋 <b>Autumn</b>")
    page.locator("#pilot-begin").click()
    running = page.get_by_test_id("running-pilot")
    expect(running).to_contain_text("秋 <b>Autumn</b>")
    expect(running).to_contain_text("12")
    expect(page.get_by_test_id("pilot-able")).to_contain_text("0")  # all of them are in it
    assert page.locator(".report").count() == 0  # no figure before the end

    running.locator("[data-deed^=finish]").click()
    expect(page.locator(".report .verdict")).to_be_visible()
    expect(page.get_by_test_id("running-pilot")).to_have_count(0)
    (pilot,) = list_pilots(served.studio.store)
    assert pilot.state is PilotState.FINISHED
    for form, begins in (("html", b"<!doctype"), ("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf")):
        with page.expect_download() as waited:
            page.get_by_test_id(f"pilot-{pilot.id}-{form}").click()
        waited.value.save_as(tmp_path / form)
        assert (tmp_path / form).read_bytes().startswith(begins), form


def test_a_pilot_that_is_called_off_has_no_report(page: Page, served: Served) -> None:
    page.locator("#pilot-begin").click()
    page.get_by_test_id("running-pilot").locator("[data-deed^=call_off]").click()
    expect(page.get_by_test_id("pilots").locator(".pill-skipped")).to_be_visible()
    (pilot,) = list_pilots(served.studio.store)
    assert pilot.state is PilotState.CALLED_OFF
    assert page.get_by_test_id(f"pilot-{pilot.id}-pdf").count() == 0
