import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { LiveStroke } from "../../../../studio/editor/desk/live_stroke.js";
import { MAX_POINTS, MAX_STEP } from "../../../../studio/editor/edits/quarters.js";
import { Planes } from "../../../../studio/editor/view/planes.js";
import { decoded, deferred, greyPng, standInDocument } from "./stand_ins.js";

const [FIRST, PAUSE] = [350, 150]; // milliseconds before the first preview, and between two
const [WIDTH, HEIGHT] = [20, 10];
const BRUSH = { tool: "brush", ink: "foreground", radius: 8 };
const SOFT = { tool: "soft_brush", value: 200, hardness: 100, flow: 100, radius: 8 };

let planes;
let asked; // the previews: {edit, resolve, reject}
let changes; // how often pixels changed

const plane = (value) => new Uint8Array(WIDTH * HEIGHT).fill(value);
const centre = (column, row) => [4 * column + 2, 4 * row + 2];
const at = (column, row) => row * WIDTH + column;
const patch = (left, top, width, height, value) => ({
  left,
  top,
  png: greyPng(width, height, Array(width * height).fill(value)).toString("base64"),
});

function begin(brush = BRUSH, point = centre(3, 5), pressure = 1) {
  const stroke = new LiveStroke({
    planes,
    brush,
    ask: (edit) => {
      const request = { edit: structuredClone(edit), ...deferred() };
      asked.push(request);
      return request.promise;
    },
    changed: () => (changes += 1),
  });
  stroke.extend(point, pressure);
  return stroke;
}

async function answer(i, ...patches) {
  asked[i].resolve({ patches });
  await decoded();
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  standInDocument();
  planes = new Planes({ width: WIDTH, height: HEIGHT, photo: null, trimap: plane(128), alpha: plane(40) });
  asked = [];
  changes = 0;
});

test("is painted as it grows", () => {
  const stroke = begin();
  assert.equal(planes.trimap[at(3, 5)], 255);
  stroke.extend(centre(12, 5));
  assert.deepEqual([planes.trimap[at(8, 5)], planes.trimap[at(12, 5)], planes.trimap[at(17, 5)]], [255, 255, 128]);
  assert.equal(changes, 2);
});

test("its edit holds all its points, and long steps divided as the server wants them", () => {
  const stroke = begin(BRUSH, [0, 0]);
  stroke.extend([10_000, 0]);
  const { points, ...brush } = stroke.edit;
  assert.deepEqual(brush, BRUSH);
  assert.deepEqual([points[0], points.at(-1), points.length], [[0, 0], [10_000, 0], 4]);
  for (let i = 1; i < points.length; i++) assert.ok(points[i][0] - points[i - 1][0] <= MAX_STEP);
});

test("a pen's radii go with it, one for each point, never less than one quarter pixel", () => {
  const stroke = begin(BRUSH, [0, 0], 0.5);
  stroke.extend([10_000, 0], 1);
  stroke.extend([10_010, 0], 0.001);
  assert.deepEqual(stroke.edit.radii, [4, 8, 8, 8, 1]);
});

test("the alpha brush keeps pressures in percent instead", () => {
  const stroke = begin(SOFT, [0, 0], 0.504);
  stroke.extend([10, 0], 0.0001);
  assert.deepEqual([stroke.edit.pressures, stroke.edit.radii], [[50, 1], undefined]);
});

test("without a pen neither is told", () => {
  for (const brush of [BRUSH, SOFT]) {
    const stroke = begin(brush);
    stroke.extend(centre(5, 5));
    assert.deepEqual(Object.keys(stroke.edit), [...Object.keys(brush), "points"]);
  }
});

test("is full at what an edit may hold, and takes no more", () => {
  const stroke = begin(BRUSH, [0, 0]);
  for (let i = 1; i < MAX_POINTS + 5; i++) {
    assert.equal(stroke.isFull, i >= MAX_POINTS);
    stroke.extend([i % 2, 0]);
  }
  assert.deepEqual([stroke.edit.points.length, stroke.isFull], [MAX_POINTS, true]);
});

test("a stroke that is held on has its matte asked for, and shown", async () => {
  const stroke = begin();
  mock.timers.tick(FIRST - 1);
  assert.deepEqual(asked, []);
  stroke.extend(centre(8, 5));
  mock.timers.tick(1);
  assert.deepEqual(asked[0].edit, stroke.edit);
  const before = changes;
  await answer(0, patch(2, 3, 4, 2, 99), patch(15, 0, 1, 1, 7));
  assert.deepEqual([planes.alpha[at(2, 3)], planes.alpha[at(5, 4)], planes.alpha[at(15, 0)]], [99, 99, 7]);
  assert.deepEqual([planes.alpha[at(6, 4)], changes], [40, before + 1]);
});

test("the next preview is asked for after a pause, if the stroke has grown", async () => {
  const stroke = begin();
  mock.timers.tick(FIRST);
  stroke.extend(centre(8, 5));
  mock.timers.tick(10 * FIRST);
  assert.equal(asked.length, 1); // one question at a time
  await answer(0);
  mock.timers.tick(PAUSE - 1);
  assert.equal(asked.length, 1);
  mock.timers.tick(1);
  assert.equal(asked.length, 2);
  await answer(1);
  for (let i = 0; i < 5; i++) mock.timers.tick(PAUSE);
  assert.equal(asked.length, 2); // nothing new to ask
  stroke.extend(centre(9, 5));
  mock.timers.tick(PAUSE);
  assert.equal(asked.length, 3);
});

test("a preview that fails is no harm, and the next one is tried", async () => {
  const stroke = begin();
  mock.timers.tick(FIRST);
  asked[0].reject(new Error("what was done before comes first"));
  await decoded();
  stroke.extend(centre(8, 5));
  mock.timers.tick(PAUSE);
  assert.equal(asked.length, 2);
});

test("a short stroke asks nothing", () => {
  begin().end();
  mock.timers.tick(10 * FIRST);
  assert.deepEqual(asked, []);
});

test("a preview that comes when the stroke has ended is dropped, and none follows", async () => {
  const stroke = begin();
  mock.timers.tick(FIRST);
  stroke.extend(centre(8, 5));
  stroke.end();
  await answer(0, patch(2, 3, 4, 2, 99));
  mock.timers.tick(10 * FIRST);
  assert.deepEqual([[...planes.alpha], asked.length], [[...plane(40)], 1]);
});

test("between two previews the end is heard, too", async () => {
  const stroke = begin();
  mock.timers.tick(FIRST);
  await answer(0);
  stroke.extend(centre(8, 5));
  stroke.end();
  mock.timers.tick(10 * FIRST);
  assert.equal(asked.length, 1);
});

test("called off, trimap and alpha are as before, however many previews there were", async () => {
  planes.trimap.fill(0, 0, 57);
  planes.alpha.forEach((_, i) => (planes.alpha[i] = i));
  const [trimap, alpha] = [planes.trimap.slice(), planes.alpha.slice()];
  const stroke = begin();
  mock.timers.tick(FIRST);
  await answer(0, patch(2, 3, 4, 2, 99));
  stroke.extend(centre(8, 5));
  mock.timers.tick(PAUSE);
  await answer(1, patch(3, 3, 6, 4, 77), patch(0, 0, 20, 1, 5));
  assert.notDeepEqual(planes.alpha, alpha);
  const before = changes;
  stroke.cancel();
  assert.deepEqual([planes.trimap, planes.alpha], [trimap, alpha]);
  assert.equal(changes, before + 1);
  mock.timers.tick(10 * FIRST);
  assert.equal(asked.length, 2);
});

test("the alpha brush shows its paint at once, opens what it touches, and leaves the server's alpha alone", async () => {
  planes.trimap.fill(255);
  const stroke = begin(SOFT);
  assert.deepEqual([planes.trimap[at(3, 5)], planes.shownAlpha()[at(3, 5)]], [128, 200]);
  mock.timers.tick(FIRST);
  await answer(0, patch(2, 3, 4, 4, 99));
  assert.deepEqual([...planes.alpha], [...plane(40)]);
  stroke.cancel();
  assert.deepEqual([planes.trimap, planes.wet.isDry], [plane(255), true]);
});

test("can be painted once more over what an answer has written, as it was", () => {
  const stroke = begin(BRUSH, centre(3, 5), 0.5);
  stroke.extend(centre(8, 5), 1);
  stroke.extend(centre(14, 5), 0.3);
  const trimap = planes.trimap.slice();
  planes.write({ plane: "trimap", left: 0, top: 0, width: WIDTH, height: HEIGHT, bytes: plane(128) });
  stroke.repaint();
  assert.deepEqual(planes.trimap, trimap);
});
