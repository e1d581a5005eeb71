"""Two mattes, side by side, and nobody knows whose they are: from the lead's form to the result in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from compared_discs import approve_corrected
from playwright.sync_api import Browser, Page, expect
from served_studio import Served, served_studio

from annotation_store.comparisons.comparisons import list_comparisons
from annotation_store.comparisons.results import results
from studio.comparing import prepare_comparisons
from studio.device.live_model import LiveModel

pytestmark = pytest.mark.browser

PATIENCE = 30_000  # milliseconds, on one busy core
ENABLED = "[data-choice]:enabled"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A studio with three photos that were corrected and approved."""
    monkeypatch.setattr(LiveModel, "warm_up", lambda *_: None)
    with served_studio(tmp_path / "data") as served:
        for seed in (1, 2, 3):
            approve_corrected(served.studio.store, f"disc_{seed}.png", seed)
        yield served


@pytest.fixture(params=["browser", "firefox"], ids=["chromium", "firefox"])
def page(request: pytest.FixtureRequest, served: Served) -> Iterator[Page]:
    browser: Browser = request.getfixturevalue(request.param)
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US") as context:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        complaints: list[str] = []
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.goto(f"{served.address}/compare")
        yield opened
        assert complaints == []


def sources(page: Page) -> list[str]:
    return [page.get_by_test_id(f"side-{side}").locator("img").get_attribute("src") or "" for side in ("left", "right")]


def test_a_lead_asks_and_somebody_chooses_by_keys_and_by_hand(page: Page, served: Served) -> None:
    expect(page.get_by_test_id("compare-none")).to_be_visible()
    page.locator("#compare-new button").first.click()
    page.locator("#compare-name input, #compare-name textarea").fill("Round 1")
    page.locator("#compare-first input").click()
    page.get_by_role("option", name="the draft, as it was made").click()
    page.locator("#compare-create").click()
    expect(page.get_by_test_id("compare-answer")).to_contain_text("“Round 1” is being prepared")
    prepare_comparisons(served.studio.store, device="cpu")

    choices = page.locator(ENABLED)
    expect(choices).to_have_count(3)
    assert all("ground=checker" in source and "detail" not in source for source in sources(page))
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(choices).to_have_count(3)
    assert all("ground=%23ffffff" in source and "detail=true" in source for source in sources(page))

    page.keyboard.press("3")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("comparing")).to_contain_text("1 of 3 pairs seen")
    expect(choices).to_have_count(3)
    assert all("ground=%23ffffff" in source for source in sources(page))  # from pair to pair it stays
    page.get_by_test_id("choose-neither").click()
    expect(page.get_by_test_id("comparing")).to_contain_text("2 of 3 pairs seen")
    expect(choices).to_have_count(3)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("compare-done")).to_contain_text("thank you")

    (comparison,) = list_comparisons(served.studio.store)
    page.locator(f"[data-deed='look:{comparison.id}']").click()
    told = page.get_by_test_id("compare-results")
    expect(told).to_contain_text("Answers: 3; people: 1; pairs answered: 3 of 3.")
    expect(told).to_contain_text("Photos without a difference: 1")
    found = results(served.studio.store, comparison.id)
    assert (found.over_pairs.preferred, found.over_pairs.neither) == (2, 1)
    assert {sure: test.first + test.second + test.neither for sure, test in found.by_confidence.items()} == {
        1: 0,
        2: 2,
        3: 1,
    }
    page.locator(f"[data-deed='close:{comparison.id}']").click()
    expect(page.get_by_test_id("comparisons")).to_contain_text("closed")
