import assert from "node:assert/strict";
import { test } from "node:test";

import {
  boxAround,
  CENTRE,
  eachSegment,
  MAX_STEP,
  QUARTERS,
  stepsBetween,
} from "../../../../studio/editor/edits/quarters.js";

const SIZE = { width: 30, height: 20 };
const box = (left, top, right, bottom) => ({ left, top, right, bottom });

/** The pixels whose centre lies in the rectangle of quarter pixels from (x0, y0) to (x1, y1), edges included. */
function boxOfCentres(x0, y0, x1, y1) {
  const lies = (low, high) => (at) => low <= at * QUARTERS + CENTRE && at * QUARTERS + CENTRE <= high;
  const columns = Array.from({ length: SIZE.width }, (_, i) => i).filter(lies(x0, x1));
  const rows = Array.from({ length: SIZE.height }, (_, i) => i).filter(lies(y0, y1));
  if (columns.length === 0 || rows.length === 0) return null;
  return box(columns[0], rows[0], columns.at(-1) + 1, rows.at(-1) + 1);
}

test("a box holds every pixel whose centre is in reach, for every place within a pixel", () => {
  for (let x = -9; x < 20; x++) {
    for (const radius of [0, 1, 2, 3, 4, 7]) {
      const found = boxAround([[x, x + 5]], { ...SIZE, radius });
      const least = boxOfCentres(x - radius, x + 5 - radius, x + radius, x + 5 + radius);
      assert.deepEqual(found, least, `${x} ${radius}`);
    }
  }
});

test("a box goes around all points, wherever the extremes are", () => {
  const points = [
    [40, 42],
    [10, 50],
    [46, 6],
    [30, 70],
  ];
  assert.deepEqual(boxAround(points, { ...SIZE }), boxOfCentres(10, 6, 46, 70));
});

test("a box ends where the image does, and beside it there is none", () => {
  assert.deepEqual(boxAround([[10, 10]], { ...SIZE, radius: 4000 }), box(0, 0, 30, 20));
  for (const place of [
    [-40, 10],
    [10, -40],
    [30 * QUARTERS + 40, 10],
    [10, 20 * QUARTERS + 40],
  ]) {
    assert.equal(boxAround([place], { ...SIZE, radius: 8 }), null);
  }
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

test("the longest step is allowed, one more is two", () => {
  assert.equal(stepsBetween([0, 0], [MAX_STEP, -MAX_STEP]).length, 1);
  assert.equal(stepsBetween([0, 0], [0, -MAX_STEP - 1]).length, 2);
});

const segments = (...given) => {
  const visited = [];
  eachSegment(...given, (from, to, weight) => visited.push([from[0], to[0], weight]));
  return visited;
};

test("a polyline is visited segment by segment, with the weight at the end of each", () => {
  const points = [
    [1, 0],
    [2, 0],
    [3, 0],
  ];
  assert.deepEqual(segments(points, [10, 20, 30], 99), [
    [1, 2, 20],
    [2, 3, 30],
  ]);
  assert.deepEqual(segments(points, null, 99), [
    [1, 2, 99],
    [2, 3, 99],
  ]);
});

test("a point alone is a segment to itself", () => {
  assert.deepEqual(segments([[1, 0]], [10], 99), [[1, 1, 10]]);
  assert.deepEqual(segments([[1, 0]], null, 99), [[1, 1, 99]]);
});
