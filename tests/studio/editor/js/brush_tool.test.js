import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BrushTool, labelling, paintingAlpha } from "../../../../studio/editor/tools/brush.js";
import { at, standInDesk } from "./stand_in_desk.js";

const LIKED = { ink: "foreground", brushSize: 10, smoothing: 0, pressure: true };
const EDIT = { tool: "brush", ink: "foreground", radius: 20 };

let desk;
let tool;

beforeEach(() => {
  desk = standInDesk({ ...LIKED });
  tool = new BrushTool(desk, labelling);
});

/** Draw through places [x, y, pressure], as gestures.js does: it knows no pressure when the pen is lifted. */
function draw(places, event = { shiftKey: false }) {
  tool.begin(at(...places[0]), event);
  for (const place of places.slice(1)) tool.move(at(...place));
  const [x, y] = places.at(-1);
  tool.end(at(x, y));
}

test("a stroke begins, goes on and ends where the pointer does", () => {
  draw([
    [0, 0],
    [8, 4],
    [20, 4],
  ]);
  assert.deepEqual(desk.done, [
    ["beginStroke", EDIT, [0, 0], 1],
    ["extendStroke", [8, 4], 1],
    ["extendStroke", [20, 4], 1],
    ["endStroke"],
  ]);
});

test("a pen paints as hard as it is pressed", () => {
  draw([
    [0, 0, 0.2],
    [8, 4, 0.5],
    [20, 4, 0.9],
  ]);
  assert.deepEqual(desk.done.map((each) => each.at(-1)).slice(0, 3), [0.2, 0.5, 0.9]);
});

test("with pressure off a pen paints as a mouse does", () => {
  desk.liked.pressure = false;
  draw([
    [0, 0, 0.2],
    [8, 4, 0.5],
  ]);
  assert.deepEqual(desk.done.map((each) => each.at(-1)).slice(0, 2), [1, 1]);
});

test("what is chosen while a stroke is drawn counts for the next one", () => {
  tool.begin(at(0, 0, 0.2), {});
  desk.liked.pressure = false;
  tool.move(at(8, 4, 0.5));
  assert.deepEqual(desk.done.at(-1), ["extendStroke", [8, 4], 0.5]);
});

test("with a steady hand the last bit is drawn when the pointer is lifted, as hard as the pen was pressed", () => {
  desk.liked.smoothing = 1;
  draw([
    [0, 0, 0.2],
    [400, 0, 0.3],
  ]);
  assert.deepEqual(desk.done.slice(1), [
    ["extendStroke", [304, 0], 0.3],
    ["extendStroke", [400, 0], 0.3],
    ["endStroke"],
  ]);
});

test("a pen that touched and was lifted somewhere else was never pressed fully", () => {
  tool.begin(at(0, 0, 0.2), {});
  tool.end(at(12, 0));
  assert.deepEqual(desk.done.at(-2), ["extendStroke", [12, 0], 0.2]);
});

test("Shift draws a straight line from where the last stroke ended", () => {
  draw([
    [0, 0],
    [40, 40],
  ]);
  desk.done.length = 0;
  draw(
    [
      [100, 40],
      [120, 40],
    ],
    { shiftKey: true },
  );
  assert.deepEqual(desk.done, [
    ["beginStroke", EDIT, [40, 40], 1],
    ["extendStroke", [100, 40], 1],
    ["extendStroke", [120, 40], 1],
    ["endStroke"],
  ]);
});

test("the line begins where the pointer was lifted, also if it jumped there", () => {
  tool.begin(at(0, 0), {});
  tool.end(at(12, 0));
  draw([[12, 40]], { shiftKey: true });
  assert.deepEqual(desk.done.findLast(([what]) => what === "beginStroke")[2], [12, 0]);
});

test("lines follow one another", () => {
  for (const corner of [
    [0, 0],
    [100, 0],
    [100, 100],
  ])
    draw([corner], { shiftKey: true });
  const begins = desk.done.filter(([what]) => what === "beginStroke").map(([, , point]) => point);
  assert.deepEqual(begins, [
    [0, 0],
    [0, 0],
    [100, 0],
  ]);
});

test("a steady hand does not bend a line, and the line ends under the pointer", () => {
  desk.liked.smoothing = 1;
  draw([[0, 0]]);
  draw([[400, 0]], { shiftKey: true });
  assert.deepEqual(desk.done.slice(2), [
    ["beginStroke", EDIT, [0, 0], 1],
    ["extendStroke", [400, 0], 1],
    ["endStroke"],
  ]);
});

test("the first stroke with Shift is an ordinary one, and so is the first on another photo", () => {
  draw([[8, 8]], { shiftKey: true });
  assert.deepEqual(desk.done[0], ["beginStroke", EDIT, [8, 8], 1]);
  desk.present = { ...desk.present };
  desk.done.length = 0;
  draw([[60, 60]], { shiftKey: true });
  assert.deepEqual(desk.done, [["beginStroke", EDIT, [60, 60], 1], ["endStroke"]]);
});

test("calling off takes the stroke back", () => {
  tool.begin(at(0, 0), {});
  tool.cancel();
  assert.deepEqual(desk.done.at(-1), ["cancelStroke"]);
});

test("without a photo nothing happens", () => {
  desk.present = null;
  draw([
    [0, 0],
    [8, 4],
  ]);
  tool.cancel();
  assert.deepEqual(desk.done, []);
});

test("the ring is as large as the brush", () => {
  assert.equal(tool.ring, 10);
});

test("the hard brush labels, the soft one paints alpha: in bytes, percent and quarter pixels", () => {
  assert.deepEqual(labelling({ ink: "draft", brushSize: 3 }), { tool: "brush", ink: "draft", radius: 6 });
  const liked = { softHardness: 40, softFlow: 60, brushSize: 3 };
  for (const [softValue, value] of [
    [0, 0],
    [50, 128],
    [100, 255],
  ]) {
    const edit = { tool: "soft_brush", value, hardness: 40, flow: 60, radius: 6 };
    assert.deepEqual(paintingAlpha({ ...liked, softValue }), edit);
  }
});
