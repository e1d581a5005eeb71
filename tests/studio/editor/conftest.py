import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from stand_in import StandInImage, create_app, ellipse_image, serving

PATIENCE_SECONDS = 30.0
"""For what comes at once where nobody else is at work; only a test that fails waits that long."""

PLACES = """({ points, pane }) => {
  const left = (name) => document.querySelector(`[data-testid=pane-${name}]`).getBoundingClientRect().left;
  const places = points.map(([x, y]) => matteloopEditor.imageToClient(x, y));
  return places.map(({ x, y }) => [x + left(pane) - left("photo"), y]);
}"""


@dataclass
class Desk:
    """An editor in the browser, and the images on the server behind it."""

    page: Page
    address: str
    images: list[StandInImage]

    def open(self, image_id: int | None = None) -> None:
        self.page.goto(f"{self.address}/correct" + ("" if image_id is None else f"?image={image_id}"))

    def wait_for(self, *states: str) -> None:
        status = ", ".join(f"[data-testid=editor-status][data-state={state}]" for state in states)
        self.page.locator(status).wait_for(timeout=PATIENCE_SECONDS * 1000)

    def press(self, testid: str) -> None:
        self.page.get_by_test_id(testid).click()

    def draw(self, *points: tuple[float, float], pane: str = "photo") -> None:
        """Draw a stroke through image coordinates on one of the panes."""
        first, *others = self.page.evaluate(PLACES, {"points": points, "pane": pane})
        self.page.mouse.move(*first)
        self.page.mouse.down()
        for place in others:
            self.page.mouse.move(*place, steps=2)
        self.page.mouse.up()

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Until this process has heard of it, too: a route is told of a request some time after the page sent it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < end
            self.page.wait_for_timeout(10)

    def trimap(self) -> bytes:
        return bytes(self.page.evaluate("Array.from(matteloopEditor.trimapBytes())"))

    def alpha(self) -> bytes:
        return bytes(self.page.evaluate("Array.from(matteloopEditor.alphaBytes())"))

    def assert_same_as_server(self, image: StandInImage) -> None:
        self.page.evaluate("matteloopEditor.whenSaved()")
        assert self.trimap() == image.trimap().tobytes()
        assert self.alpha() == image.alpha().tobytes()

    def expect_text(self, testid: str, text: str) -> None:
        expect(self.page.get_by_test_id(testid)).to_contain_text(text)


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Iterator[Callable[..., Desk]]:
    """A function that opens the editor over `count` small images and gives the Desk.

    In Chromium, or in the browser whose fixture the test names by an indirect parameter (browsers.py).
    """
    browser: Browser = request.getfixturevalue(getattr(request, "param", "browser"))
    broken: list[str] = []
    with ExitStack() as stack:

        def lay(count: int = 3, **options: Any) -> Desk:
            images = [ellipse_image(number) for number in range(1, count + 1)]
            address = stack.enter_context(serving(create_app(images, **{"locale": "en", **options})))
            context = stack.enter_context(browser.new_context(viewport={"width": 1280, "height": 800}))
            laid = Desk(context.new_page(), address, images)
            laid.page.set_default_timeout(PATIENCE_SECONDS * 1000)
            laid.page.on("pageerror", lambda error: broken.append(str(error)))
            laid.open()
            return laid

        yield lay
    assert broken == []
