import assert from "node:assert/strict";
import { test } from "node:test";

import { CENTRE, QUARTERS } from "../../../../studio/editor/edits/quarters.js";
import { openTrimap, raiseWeight, weighSoftStroke } from "../../../../studio/editor/edits/soft_stroke.js";

const SIZE = { width: 30, height: 20 };

const blank = () => new Uint8Array(SIZE.width * SIZE.height);
const centre = (column, row) => [column * QUARTERS + CENTRE, row * QUARTERS + CENTRE];
const at = (column, row) => row * SIZE.width + column;

function weighed(stroke) {
  const weight = blank();
  const box = weighSoftStroke(weight, SIZE, {
    hardness: 50,
    flow: 100,
    radius: 24,
    points: [centre(15, 10)],
    ...stroke,
  });
  return { weight, box };
}

test("in the middle a stroke covers as much as flow and pressure say, rounded", () => {
  for (const [flow, pressure, expected] of [
    [100, 100, 255],
    [50, 100, 128],
    [50, 50, 64],
    [1, 1, 0],
    [30, 70, 54],
  ]) {
    assert.equal(weighed({ flow, pressures: [pressure] }).weight[at(15, 10)], expected);
  }
});

test("without a pen the pressure is full", () => {
  assert.equal(weighed({}).weight[at(15, 10)], 255);
  assert.equal(weighed({ pressures: [] }).weight[at(15, 10)], 255);
});

test("a hard brush covers fully up to its rim, and nothing on it or beyond", () => {
  const { weight } = weighed({ hardness: 100, radius: 3 * QUARTERS });
  assert.deepEqual([...weight.subarray(at(11, 10), at(20, 10))], [0, 0, 255, 255, 255, 255, 255, 0, 0]);
});

test("a soft brush fades from its core to its rim, smoothly, and alike to all sides", () => {
  const { weight } = weighed({ hardness: 50, radius: 6 * QUARTERS });
  const right = Array.from({ length: 7 }, (_, i) => weight[at(15 + i, 10)]);
  // Half way through the rim smoothstep is a half; a third from either end it is 7/27 and 20/27.
  assert.deepEqual(right, [255, 255, 255, 255, Math.round((255 * 20) / 27), Math.round((255 * 7) / 27), 0]);
  for (let i = 0; i < 7; i++) {
    assert.deepEqual([weight[at(15 - i, 10)], weight[at(15, 10 - i)], weight[at(15, 10 + i)]], Array(3).fill(right[i]));
  }
});

test("without any hardness only the very middle is full", () => {
  const { weight } = weighed({ hardness: 0 });
  assert.equal(weight[at(15, 10)], 255);
  assert.ok(weight[at(16, 10)] < 255);
});

test("where a stroke crosses itself, the stronger counts, and they do not add up", () => {
  const once = weighed({ flow: 40, points: [centre(5, 10), centre(25, 10)] }).weight;
  const again = weighed({ flow: 40, points: [centre(5, 10), centre(25, 10), centre(5, 10)] }).weight;
  assert.deepEqual(again, once);
  const faint = weighed({
    flow: 40,
    points: [centre(5, 10), centre(25, 10), centre(5, 10)],
    pressures: [100, 100, 10],
  });
  assert.deepEqual(faint.weight, once);
});

test("each segment is pressed as its end is", () => {
  const points = [centre(3, 10), centre(15, 10), centre(27, 10)];
  const { weight } = weighed({ hardness: 100, radius: 8, points, pressures: [1, 20, 100] });
  assert.equal(weight[at(8, 10)], 51);
  assert.equal(weight[at(22, 10)], 255);
});

test("a stroke weighs what its segments weigh, one by one", () => {
  const brush = { hardness: 30, flow: 70, radius: 17 };
  const points = [centre(2, 3), centre(20, 9), centre(9, 17)];
  const pieces = blank();
  raiseWeight(pieces, SIZE, brush, { from: points[0], to: points[1], pressure: 60 });
  raiseWeight(pieces, SIZE, brush, { from: points[1], to: points[2], pressure: 90 });
  assert.deepEqual(weighed({ ...brush, points, pressures: [5, 60, 90] }).weight, pieces);
});

test("the box that is told holds all that is covered; beside the image there is none", () => {
  const { weight, box } = weighed({ points: [centre(-2, 3), centre(6, 25)] });
  assert.ok(weight.some((value) => value > 0));
  weight.forEach((value, i) => {
    if (value === 0) return;
    const [column, row] = [i % SIZE.width, Math.floor(i / SIZE.width)];
    assert.ok(box.left <= column && column < box.right && box.top <= row && row < box.bottom);
  });
  assert.equal(weighed({ points: [centre(-40, 3)] }).box, null);
  assert.equal(
    raiseWeight(
      blank(),
      SIZE,
      { hardness: 0, flow: 9, radius: 8 },
      { from: centre(-9, 0), to: centre(-9, 5), pressure: 9 },
    ),
    null,
  );
});

test("what is touched becomes unknown, within the box and nowhere else", () => {
  const trimap = blank().fill(255);
  const weight = blank();
  for (const place of [at(3, 3), at(4, 3), at(9, 9)]) weight[place] = 1;
  openTrimap({ trimap, width: SIZE.width }, weight, { left: 0, top: 0, right: 5, bottom: 5 });
  assert.deepEqual(
    [...trimap.keys()].filter((place) => trimap[place] !== 255),
    [at(3, 3), at(4, 3)],
  );
  assert.equal(trimap[at(3, 3)], 128);
});
