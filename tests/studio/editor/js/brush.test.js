import assert from "node:assert/strict";
import { test } from "node:test";

import {
  MAX_STEP,
  QUARTERS,
  TRIMAP_VALUE,
  paint,
  paintSegment,
  stepsBetween,
} from "../../../../studio/editor/edits/brush.js";

// The golden vectors are painted by test_painting_rule.py; here are the reasons why they come out as they do.

const [WIDTH, HEIGHT] = [20, 14];

const plain = (value = 128) => new Uint8Array(WIDTH * HEIGHT).fill(value);
const centre = (column, row) => [column * QUARTERS + 2, row * QUARTERS + 2];
const painted = (trimap, value) => [...trimap.keys()].filter((i) => trimap[i] === value);

test("a dot of half a pixel paints the pixel under it and no other", () => {
  const trimap = plain();
  paint(trimap, WIDTH, HEIGHT, { label: "foreground", radius: 2, points: [centre(5, 3)] });
  assert.deepEqual(painted(trimap, 255), [3 * WIDTH + 5]);
});

test("every label writes its value", () => {
  for (const [label, value] of Object.entries(TRIMAP_VALUE)) {
    const trimap = plain(value === 0 ? 255 : 0);
    paint(trimap, WIDTH, HEIGHT, { label, radius: 8, points: [centre(5, 5)] });
    assert.equal(trimap[5 * WIDTH + 5], value);
  }
});

test("a pixel belongs to a stroke whose edge goes through its centre", () => {
  const trimap = plain();
  paint(trimap, WIDTH, HEIGHT, { label: "background", radius: 3 * QUARTERS, points: [centre(8, 6)] });
  assert.equal(trimap[6 * WIDTH + 11], 0);
  assert.equal(trimap[6 * WIDTH + 12], 128);
});

test("a stroke paints what its segments paint, one by one, in either direction", () => {
  const points = [centre(2, 2), centre(15, 4), centre(9, 12)];
  const [whole, backwards, pieces] = [plain(), plain(), plain()];
  const brush = { label: "foreground", radius: 7 };
  paint(whole, WIDTH, HEIGHT, { ...brush, points });
  paint(backwards, WIDTH, HEIGHT, { ...brush, points: points.toReversed() });
  paintSegment(pieces, WIDTH, HEIGHT, { ...brush, from: points[0], to: points[1] });
  paintSegment(pieces, WIDTH, HEIGHT, { ...brush, from: points[1], to: points[2] });
  assert.deepEqual(pieces, whole);
  assert.deepEqual(backwards, whole);
});

test("the box that is told holds everything that was painted", () => {
  const trimap = plain();
  const box = paint(trimap, WIDTH, HEIGHT, { label: "foreground", radius: 9, points: [centre(-1, 3), centre(6, 20)] });
  const places = painted(trimap, 255);
  assert.ok(places.length > 0);
  for (const place of places) {
    const [row, column] = [Math.floor(place / WIDTH), place % WIDTH];
    assert.ok(box.left <= column && column < box.right && box.top <= row && row < box.bottom);
  }
});

test("a stroke beside the image paints nothing and tells so", () => {
  const trimap = plain();
  assert.equal(paint(trimap, WIDTH, HEIGHT, { label: "foreground", radius: 8, points: [centre(-40, -40)] }), null);
  assert.deepEqual(trimap, plain());
});

test("a short step stays one step, a long one is divided evenly, in integers", () => {
  assert.deepEqual(stepsBetween([1, 2], [30, 40]), [[30, 40]]);
  assert.deepEqual(stepsBetween([7, 7], [7, 7]), [[7, 7]]);
  const path = [[-7, 3], ...stepsBetween([-7, 3], [20001, -9000])];
  assert.deepEqual(path.at(-1), [20001, -9000]);
  for (let i = 1; i < path.length; i++) {
    for (const axis of [0, 1]) {
      assert.ok(Number.isInteger(path[i][axis]));
      assert.ok(Math.abs(path[i][axis] - path[i - 1][axis]) <= MAX_STEP);
    }
  }
});
