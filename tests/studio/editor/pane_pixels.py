"""What the panes show, pixel by pixel, and where a test points at."""

from collections.abc import Callable
from typing import Any

PIXELS = """async ({ pane, places }) => {
  for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame); // all that was asked for is drawn then
  const canvas = document.querySelector(`[data-testid=pane-${pane}] canvas`);
  const context = canvas.getContext("2d");
  const { left, top } = document.querySelector("[data-testid=pane-photo]").getBoundingClientRect();
  return places.map((place) => {
    const { x, y } = matteloopEditor.imageToClient(...place);
    return Array.from(context.getImageData(Math.floor(x - left), Math.floor(y - top), 1, 1).data.slice(0, 3));
  });
}"""


def draws(at: Any, pane: str, place: tuple[float, float], looks: Callable[[list[int]], bool]) -> list[int]:
    """Wait until the pixel looks as it should, and return it."""
    for _ in range(60):
        [found] = at.page.evaluate(PIXELS, {"pane": pane, "places": [place]})
        if looks(found):
            return found
    raise AssertionError(f"{pane} shows {found} at {place}")


def unlike(colour: list[int], by: int = 20) -> Callable[[list[int]], bool]:
    return lambda found: max(abs(a - b) for a, b in zip(found, colour, strict=True)) > by


def like(colour: list[int], by: int = 6) -> Callable[[list[int]], bool]:
    return lambda found: max(abs(a - b) for a, b in zip(found, colour, strict=True)) <= by


def anything(_: list[int]) -> bool:
    return True


def view(at: Any) -> dict[str, Any] | None:
    return at.page.evaluate("matteloopEditor.view()")


def point_at(at: Any, x: float, y: float) -> None:
    place = at.page.evaluate("([x, y]) => matteloopEditor.imageToClient(x, y)", [x, y])
    at.page.mouse.move(place["x"], place["y"])


def again(at: Any) -> None:
    """Read anew what a test has put into the stand-in."""
    at.page.reload()
    at.wait_for("ready")
