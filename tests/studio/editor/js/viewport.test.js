import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Viewport } from "../../../../studio/editor/view/viewport.js";
import { heard } from "./stand_ins.js";

const near = (actual, expected) =>
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-6, `${actual}`));

let viewport;

beforeEach(() => {
  viewport = new Viewport();
  viewport.resizePane(400, 300);
  viewport.showImage(2000, 1000);
});

test("an image is shown whole, in the middle", () => {
  near(viewport.toPane([1000, 500]), [200, 150]);
  const [left, top] = viewport.toPane([0, 0]);
  const [right, bottom] = viewport.toPane([2000, 1000]);
  assert.ok(left > 0 && top > 0 && right < 400 && bottom < 300);
});

test("a small image is enlarged to fit, a tiny one not without end", () => {
  viewport.showImage(184, 20); // 400 less a margin of 16 to both sides
  assert.equal(viewport.scale, 2);
  viewport.showImage(30, 20);
  assert.equal(viewport.scale, 4);
});

test("places go to the pane and back unchanged", () => {
  viewport.zoomTo(3.7, [17, 250]);
  viewport.panBy(12, -7);
  near(viewport.toImage(viewport.toPane([123.25, 456.5])), [123.25, 456.5]);
});

test("zooming keeps the place under the cursor", () => {
  viewport.zoomTo(1);
  const under = viewport.toImage([310, 90]);
  viewport.zoomTo(4, [310, 90]);
  near(viewport.toImage([310, 90]), under);
  assert.equal(viewport.scale, 4);
});

test("there is an end to zooming, in both directions", () => {
  viewport.zoomTo(1e9);
  const largest = viewport.scale;
  viewport.zoomTo(1e-9);
  assert.ok(Number.isFinite(largest) && largest > 8);
  assert.ok(viewport.scale > 0.001 && viewport.scale < 0.2);
});

test("panning moves the image by what the hand moves, and never out of the pane", () => {
  viewport.zoomTo(2);
  const before = viewport.toPane([1000, 500]);
  viewport.panBy(30, -20);
  near(viewport.toPane([1000, 500]), [before[0] + 30, before[1] - 20]);
  viewport.panBy(1e6, 1e6);
  near(viewport.toPane([0, 0]), [200, 150]);
});

test("a fitted image stays fitted when the pane changes, a zoomed one keeps its scale", () => {
  viewport.resizePane(800, 600);
  const fitted = viewport.scale;
  viewport.resizePane(400, 300);
  assert.ok(fitted > viewport.scale);
  viewport.zoomTo(2);
  viewport.resizePane(800, 600);
  assert.equal(viewport.scale, 2);
});

test("every change is announced", () => {
  const events = heard(viewport, "change");
  viewport.zoomTo(2);
  viewport.panBy(1, 1);
  viewport.fit();
  viewport.resizePane(500, 300);
  assert.ok(events.length >= 4);
});

test("a fitted image has no view to remember; any other is shown again as it was", () => {
  assert.equal(viewport.view, null);
  viewport.zoomTo(3, [17, 250]);
  const { view, visible } = viewport;
  assert.notEqual(view, null);
  viewport.fit();
  assert.equal(viewport.view, null);
  viewport.view = JSON.parse(JSON.stringify(view));
  assert.deepEqual(viewport.view, view);
  assert.deepEqual(viewport.visible, visible);
});

test("a view is kept within the limits, and survives a pane of another size", () => {
  viewport.view = { scale: 1e9, centre: [-50, 5000] };
  const largest = viewport.scale;
  near(viewport.toImage([200, 150]), [0, 1000]);
  assert.ok(Number.isFinite(largest));
  viewport.resizePane(800, 600);
  assert.equal(viewport.scale, largest);
  near(viewport.toImage([400, 300]), [0, 1000]);
});

test("a box is shown in the middle, over a good part of the pane", () => {
  viewport.showBox({ left: 600, top: 300, right: 800, bottom: 350 });
  near(viewport.toPane([700, 325]), [200, 150]);
  near(viewport.toPane([600, 325]), [100, 150]);
  viewport.showBox({ left: 600, top: 300, right: 620, bottom: 400 }, { share: 1 });
  near(viewport.toPane([610, 300]), [200, 0]);
});

test("a tiny box is not enlarged without end", () => {
  viewport.showBox({ left: 600, top: 300, right: 601, bottom: 301 });
  assert.equal(viewport.scale, 4);
  viewport.showBox({ left: 600, top: 300, right: 600, bottom: 300 }, { largest: 2 });
  assert.equal(viewport.scale, 2);
});

test("a box at the edge of the image is brought as near to the middle as can be", () => {
  viewport.showBox({ left: -60, top: -60, right: 60, bottom: 60 });
  near(viewport.toPane([0, 0]), [200, 150]);
});

test("the visible part is what lies between the corners of the pane, also beyond the image", () => {
  viewport.view = { scale: 2, centre: [1000, 500] };
  assert.deepEqual(viewport.visible, { left: 900, top: 425, right: 1100, bottom: 575 });
  viewport.fit();
  const { left, top, right, bottom } = viewport.visible;
  assert.ok(left < 0 && top < 0 && right > 2000 && bottom > 1000);
});

test("showing another image forgets the view of the last one", () => {
  viewport.zoomTo(3);
  viewport.showImage(300, 200);
  assert.equal(viewport.view, null);
});
