"""How long does an operator wait? From lifting the brush to the new matte on the screen, and from photo to photo.

    python -m benchmarks.stroke_latency [--photo FILE] [--strokes 30] [--pause 0.3] [--json]

A real studio with the shipped default model and an empty data folder, and a real browser (headless Chromium, 1366x768,
drawing without a graphics card). The same photo at 1, 12 and 24 megapixels, as JPEG, is taken in, drafted, opened, and
drawn on at 100 %: strokes of a brush with radius 30 along the unknown band, with labels at random. Everything is timed
in the page:

- a stroke: from the `pointerup` event to the frame after the one that drew the answer's alpha, so up to one frame (17
  ms) more than an eye would say; of that, `server_ms` passes from the request to the first byte of its answer, and
  `paint_ms` from its last byte on. One stroke at each size is not counted: it waits for what is loaded only once.
- `frame_p95_ms`: between frames while the brush moves, at 24 megapixels and 100 %; `frame_fitted_p95_ms` with the
  whole photo in view.
- `bytes_up`, `bytes_down`: of a stroke's request and answer, without headers, at the median over all sizes.
- `open_s`: from navigating to the page to the frame after the one that shows the photo; the first one, at 1 megapixel,
  also opens the browser's connection and starts loading the model.
- `next_ms`: at 12 megapixels, from pressing "approve" to the frame after the one that shows the next photo.

With ``--json`` the last line is ``{"1": {"median_ms": ..., "p95_ms": ..., ...}, "12": ..., "24": ..., "frame_p95_ms":
..., ...}``.
"""

import json
import statistics
import tempfile
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from playwright.sync_api import Browser, Page

from benchmarks.band_strokes import BandStroke, BandStrokes, Point
from benchmarks.open_studio import headless_chromium, open_studio, take_in, wait_for_drafts
from benchmarks.sample_photos import benchmark_photo
from matting_core.image_io import decode_trimap, encode_display

MEGAPIXELS = {1: "1", 2: "12", 4: "24"}
"""By the id of the image. Image 3 is the one that comes after approving image 2."""
DECIDED, FOLLOWING, LARGEST = 2, 3, 4
RADIUS = 30
FITTED_STROKES = 10
VIEW = {"width": 1366, "height": 768}
CALM_MS = 300
"""After moving the photo and before a stroke: the fine drawing of the new view is over."""

WATCH = """
const watched = (window.watched = { strokes: [], intervals: [], opened: null, next: null });
const frame = () => new Promise(requestAnimationFrame);
const isBrush = (event) => event.isTrusted && event.button === 0 && event.target.closest(".ml-pane") !== null;
let isMoving = false;

addEventListener("pointerdown", async (event) => {
  if (!isBrush(event)) return;
  performance.clearResourceTimings();
  isMoving = true;
  for (let last = await frame(); isMoving; ) {
    const now = await frame();
    watched.intervals.push(now - last);
    last = now;
  }
}, true);

addEventListener("pointerup", async (event) => {
  if (!isBrush(event)) return;
  isMoving = false;
  const lifted = event.timeStamp;
  await matteloopEditor.whenPainted();
  const painted = performance.now();
  const [request] = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/edits"));
  watched.strokes.push({
    all: painted - lifted,
    server: request.responseStart - request.requestStart,
    paint: painted - request.responseEnd,
  });
}, true);

addEventListener("click", async (event) => {
  if (event.target.closest("[data-testid=approve]") === null) return;
  const pressed = event.timeStamp;
  await matteloopEditor.whenPainted(FOLLOWING);
  watched.next = performance.now() - pressed;
}, true);

(async () => {
  while (window.matteloopEditor === undefined) await frame();
  await matteloopEditor.whenPainted();
  watched.opened = performance.now();
})();
""".replace("FOLLOWING", str(FOLLOWING))


def main(
    photo: Annotated[Path | None, typer.Option(help="A photo; default is a sample of scikit-image.")] = None,
    strokes: Annotated[int, typer.Option(min=2, help="How many strokes to draw on each size.")] = 30,
    pause: Annotated[float, typer.Option(help="Seconds from the end of one stroke to the next, at least.")] = 0.3,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as work:
        photos, data = Path(work, "photos"), Path(work, "data")
        _write_photos(photos, photo)
        with open_studio(data) as address, headless_chromium() as browser:
            take_in(data, photos)
            desk = Desk(browser, address, pause=pause)
            wait_for_drafts(desk.page, address, len(list(photos.iterdir())))
            figures = _figures(desk, strokes)
    _print(figures)
    if as_json:
        print(json.dumps(figures))


def _write_photos(folder: Path, photo: Path | None) -> None:
    folder.mkdir()
    for image, megapixels in {**MEGAPIXELS, FOLLOWING: MEGAPIXELS[DECIDED]}.items():
        rgb = benchmark_photo(photo, megapixels=float(megapixels))
        if image == FOLLOWING:  # the same photo again would not be taken in
            rgb = np.ascontiguousarray(rgb[:, ::-1])
        (folder / f"photo{image}.jpg").write_bytes(encode_display(rgb))


class Desk:
    """The open editor, and an operator's hands on it."""

    def __init__(self, browser: Browser, address: str, *, pause: float) -> None:
        # `wait_for_function` runs text, which the pages' Content-Security-Policy forbids
        context = browser.new_context(viewport=VIEW, locale="en-US", bypass_csp=True)  # type: ignore[arg-type]
        self.page: Page = context.new_page()
        self.page.add_init_script(WATCH)
        self.address = address
        self.sizes: list[dict[str, int]] = []
        self._pause_ms = 1000 * pause

    def open(self, image: int) -> float:
        """Seconds until the photo is there."""
        self.page.goto(f"{self.address}/correct?image={image}", wait_until="commit")
        self.page.wait_for_function("window.watched?.opened", timeout=120_000)
        self.page.get_by_test_id("editor-status").and_(self.page.locator("[data-state=ready]")).wait_for()
        self.page.get_by_test_id("brush-size-pixels").fill(str(2 * RADIUS))
        self.page.get_by_test_id("brush-size-pixels").press("Enter")
        return float(self.page.evaluate("watched.opened")) / 1000

    def approve(self) -> float:
        """Milliseconds until the next photo is there."""
        self.page.get_by_test_id("approve").click()
        self.page.wait_for_function("watched.next", timeout=120_000)
        return float(self.page.evaluate("watched.next"))

    def strokes_of(self, image: int) -> BandStrokes:
        trimap = decode_trimap(self.page.request.get(f"{self.address}/api/v1/images/{image}/trimap").body())
        return BandStrokes(trimap.copy(), radius=RADIUS, seed=image)

    def draw(self, strokes: BandStrokes, count: int, *, fitted: bool = False) -> dict[str, Any]:
        """Draw, and return what the page has watched meanwhile."""
        self.page.evaluate("watched.strokes = []; watched.intervals = [];")
        for done in range(count):
            stroke = strokes.draw()
            self._look_at(stroke.points[len(stroke.points) // 2], fitted=fitted)
            with self.page.expect_request_finished(lambda request: request.url.endswith("/edits")) as finished:
                self._move_brush(stroke)
            sizes = finished.value.sizes()
            self.sizes.append({"up": sizes["requestBodySize"], "down": sizes["responseBodySize"]})
            self.page.wait_for_function(f"watched.strokes.length === {done + 1}", timeout=120_000)
            self.page.wait_for_timeout(max(0, self._pause_ms - CALM_MS))
        watched: dict[str, Any] = self.page.evaluate("watched")
        return watched

    def _look_at(self, point: Point, *, fitted: bool) -> None:
        """At 100 % with `point` in the middle of the pane, or at the whole photo."""
        self.page.keyboard.press("0")
        if not fitted:
            self.page.keyboard.press("1")
            pane = self.page.locator(".ml-pane").first.bounding_box()
            assert pane is not None  # noqa: S101, it is on the screen
            middle = pane["x"] + pane["width"] / 2, pane["y"] + pane["height"] / 2
            # a drag may reach beyond the window: the pane has captured the pointer
            x, y = self._place(point)
            self.page.mouse.move(*middle)
            self.page.mouse.down(button="middle")
            self.page.mouse.move(2 * middle[0] - x, 2 * middle[1] - y)
            self.page.mouse.up(button="middle")
        self.page.wait_for_timeout(CALM_MS)

    def _move_brush(self, stroke: BandStroke) -> None:
        self.page.keyboard.press(stroke.ink.value[0])
        places = [self._place(point) for point in stroke.points]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=3)
        self.page.mouse.up()

    def _place(self, point: Point) -> Point:
        place = self.page.evaluate("([x, y]) => matteloopEditor.imageToClient(x, y)", list(point))
        return place["x"], place["y"]


def _figures(desk: Desk, strokes: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    opened: dict[str, float] = {}
    counted = []
    for image, megapixels in MEGAPIXELS.items():
        opened[megapixels] = round(desk.open(image), 2)
        plan = desk.strokes_of(image)
        desk.draw(plan, 1)
        desk.sizes.clear()
        watched = desk.draw(plan, strokes)
        counted += desk.sizes
        times = {name: [stroke[name] for stroke in watched["strokes"]] for name in ("all", "server", "paint")}
        figures[megapixels] = {
            "median_ms": round(statistics.median(times["all"]), 1),
            "p95_ms": _p95(times["all"]),
            "server_ms": round(statistics.median(times["server"]), 1),
            "paint_ms": round(statistics.median(times["paint"]), 1),
        }
        if image == DECIDED:
            figures["next_ms"] = round(desk.approve())
        if image == LARGEST:
            figures["frame_p95_ms"] = _p95(watched["intervals"])
            figures["frame_fitted_p95_ms"] = _p95(desk.draw(plan, FITTED_STROKES, fitted=True)["intervals"])
    return figures | {
        "bytes_up": round(statistics.median(size["up"] for size in counted)),
        "bytes_down": round(statistics.median(size["down"] for size in counted)),
        "open_s": opened,
    }


def _p95(values: list[float]) -> float:
    return round(float(np.percentile(values, 95)), 1)


def _print(figures: dict[str, Any]) -> None:
    print("megapixels   stroke: median      p95   server   paint     open")
    for megapixels, opened in figures["open_s"].items():
        of = figures[megapixels]
        times = f"{of['median_ms']:8.0f} {of['p95_ms']:8.0f} {of['server_ms']:8.0f} {of['paint_ms']:7.0f}"
        print(f"{megapixels:>10}         {times} ms {opened:6.2f} s")
    print(f"frames while drawing, p95: {figures['frame_p95_ms']} ms; all in view: {figures['frame_fitted_p95_ms']} ms")
    print(f"a stroke sends {figures['bytes_up']} and gets {figures['bytes_down']} bytes")
    print(f"from approving to the next photo: {figures['next_ms']} ms")


if __name__ == "__main__":
    typer.run(main)
