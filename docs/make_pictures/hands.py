"""An operator's hands at the correction desk, and a camera."""

import json
from collections.abc import Sequence
from itertools import count
from typing import Any

from playwright.sync_api import Browser, Page

from docs.make_pictures.corrections import Edit, Pixel

Area = tuple[float, float, float, float]
"""left, top, right, bottom: pixels of the photo."""

PREFERENCES = "matteloop.editor.preferences"
CALM_MS = 300
"""The fine drawing that follows a quick one is over."""
FOUND_MS = 4000
"""After the last change: doubt and slips are asked for once the photo is calm, and have come."""
HIDDEN = "video, .toast-wrap { display: none !important } * { caret-color: transparent !important }"


class Desk:
    """A window with the desk in it. Places are pixels of the photo; the whole photo is to be seen unless told else."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        *,
        language: str,
        theme: str = "light",
        size: tuple[int, int] = (1366, 768),
        sharpness: float = 1,
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale={"en": "en-US", "ja": "ja-JP"}[language],
            color_scheme=theme,  # type: ignore[arg-type]
            device_scale_factor=sharpness,
            timezone_id="Asia/Tokyo",
            reduced_motion="reduce",
            bypass_csp=True,  # for `wait_for_function`, which runs text, and our own style tags
        )
        self.page: Page = self.context.new_page()
        self.address = address
        self._keys = count(1)

    def close(self) -> None:
        self.context.close()

    # Opening

    def open(self, image: int, **preferences: Any) -> None:
        """Open a photo, with what the operator likes."""
        self.page.goto(f"{self.address}/correct?image={image}")
        liked = json.dumps(preferences)
        self.page.evaluate(f"localStorage.setItem('{PREFERENCES}', JSON.stringify({liked})); sessionStorage.clear()")
        self.page.reload()
        self.page.wait_for_function("window.matteloopEditor !== undefined", timeout=60_000)
        self.page.evaluate("id => matteloopEditor.whenPainted(id)", image)
        self.page.add_style_tag(content=HIDDEN)
        self.look() if preferences.get("isHeatShown") or preferences.get("areSlipsShown", True) else self.calm()

    def settle(self) -> None:
        """Wait until what was changed is saved and its whole matte is finely computed."""
        self.page.evaluate("matteloopEditor.whenPainted()")
        self.page.wait_for_function("matteloopEditor.isSettled()", timeout=60_000)
        self.calm()

    def look(self) -> None:
        """Wait until doubt and slips have come."""
        self.page.wait_for_timeout(FOUND_MS)

    def calm(self) -> None:
        self.page.wait_for_timeout(CALM_MS)

    def take_back(self, times: int = 1) -> None:
        for _ in range(times):
            self.press("Control+z")
        self.page.evaluate("matteloopEditor.whenPainted()")
        self.calm()

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the studio answers: JSON, or the bytes of a picture."""
        url = f"{self.address}/api/v1{path}"
        answer = self.page.request.get(url) if body is None else self.page.request.post(url, data=body)
        if not answer.ok:
            raise RuntimeError(f"{path}: {answer.text()}")
        return answer.json() if "json" in answer.headers["content-type"] else answer.body()

    def correct(self, image: int, edits: Sequence[Edit]) -> None:
        """Make these edits and compute the whole matte, without hands; a window that shows the photo has to open it
        anew."""
        place = self._place_of(image)
        keyed = [{"key": f"picture-{image}-{next(self._keys)}", "edit": edit} for edit in edits]
        self.api(f"/images/{image}/edits", {**place, "edits": keyed})
        self.api(f"/images/{image}/recompute", self._place_of(image))

    def _place_of(self, image: int) -> dict[str, int]:
        info = self.api(f"/images/{image}")
        return {"revision": info["revision"], "position": info["position"]}

    # Hands

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def at(self, place: Pixel) -> tuple[float, float]:
        """Where on the page a place of the photo is, in the left pane."""
        found = self.page.evaluate("([x, y]) => matteloopEditor.imageToClient(x, y)", list(place))
        return found["x"], found["y"]

    def point(self, place: Pixel) -> None:
        self.page.mouse.move(*self.at(place))

    def click(self, place: Pixel) -> None:
        self.page.mouse.click(*self.at(place))

    def begin(self, line: Sequence[Pixel]) -> None:
        """Put the tool down and draw, but do not lift it yet."""
        self.point(line[0])
        self.page.mouse.down()
        for place in line[1:]:
            self.page.mouse.move(*self.at(place), steps=3)
        self.calm()

    def end(self) -> None:
        self.page.mouse.up()
        self.rest()
        self.settle()

    def rest(self) -> None:
        """Take the pointer off the photo, so that no brush hides anything."""
        self.page.mouse.move(2, 2)

    def zoom(self, middle: Pixel, clicks: int) -> None:
        """Turn the wheel at a place."""
        self.point(middle)
        for _ in range(clicks):
            self.page.mouse.wheel(0, -150)
        self.calm()

    # The camera

    def screen(self) -> bytes:
        """All of the window: PNG."""
        return self.page.screenshot()

    def part(self, pane: str, area: Area | None = None) -> bytes:
        """A part of the "photo" or the "matte" pane; by default all of the photo that is to be seen: PNG."""
        box = self.page.get_by_test_id(f"pane-{pane}").bounding_box()
        home = self.page.get_by_test_id("pane-photo").bounding_box()
        if box is None or home is None:
            raise RuntimeError(f"the pane {pane} is not on the screen")
        left, top, right, bottom = box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]
        if area is not None:
            shift = box["x"] - home["x"]
            (x0, y0), (x1, y1) = self.at(area[:2]), self.at(area[2:])
            left, right = max(left, x0 + shift), min(right, x1 + shift)
            top, bottom = max(top, y0), min(bottom, y1)
        clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        return self.page.screenshot(clip=clip)  # type: ignore[arg-type]

    def without_titles(self) -> None:
        """Pictures without words serve both languages."""
        self.page.add_style_tag(content=".ml-pane-title, .ml-flash { display: none !important }")

    def number(self, places: Sequence[str | tuple[str, float, float]]) -> None:
        """Draw 1, 2, 3, … beside elements: a CSS selector, or one with a shift from the middle of its left edge."""
        for i, place in enumerate(places, 1):
            selector, right, down = (place, 0.0, 0.0) if isinstance(place, str) else place
            self.page.evaluate(NUMBER, [i, selector, right, down])


NUMBER = """([number, selector, right, down]) => {
  const shown = [...document.querySelectorAll(selector)].find((each) => each.getClientRects().length > 0);
  const { left, top, height } = shown.getBoundingClientRect();
  const mark = document.createElement("div");
  mark.textContent = number;
  mark.style.left = `${left + right - 11}px`;
  mark.style.top = `${top + height / 2 + down - 11}px`;
  mark.style.cssText += `position: fixed; z-index: 99999;
    width: 22px; height: 22px; border-radius: 11px; background: #d81b60; color: #fff; outline: 2px solid #fff;
    font: 700 13px/22px system-ui, sans-serif; text-align: center; pointer-events: none`;
  document.body.append(mark);
}"""
