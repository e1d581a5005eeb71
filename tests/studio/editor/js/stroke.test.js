import assert from "node:assert/strict";
import { test } from "node:test";

import { CENTRE, QUARTERS, TRIMAP_VALUE } from "../../../../studio/editor/edits/quarters.js";
import { layRun, paintSegment, paintStroke } from "../../../../studio/editor/edits/stroke.js";

// The golden vectors are painted by edit.test.js; here are the reasons why they come out as they do.

const [WIDTH, HEIGHT] = [20, 14];

const plain = (value = 128) => new Uint8Array(WIDTH * HEIGHT).fill(value);
const marksOf = (trimap, draft = null) => ({ trimap, draft, width: WIDTH, height: HEIGHT });
const centre = (column, row) => [column * QUARTERS + CENTRE, row * QUARTERS + CENTRE];
const painted = (trimap, value) => [...trimap.keys()].filter((i) => trimap[i] === value);

function paint(trimap, stroke, draft = null) {
  return paintStroke(marksOf(trimap, draft), stroke);
}

test("a dot of half a pixel paints the pixel under it and no other", () => {
  const trimap = plain();
  paint(trimap, { ink: "foreground", radius: 2, points: [centre(5, 3)] });
  assert.deepEqual(painted(trimap, 255), [3 * WIDTH + 5]);
});

test("every label writes its value", () => {
  for (const [ink, value] of Object.entries(TRIMAP_VALUE)) {
    const trimap = plain(value === 0 ? 255 : 0);
    paint(trimap, { ink, radius: 8, points: [centre(5, 5)] });
    assert.equal(trimap[5 * WIDTH + 5], value);
  }
});

test("the eraser brings the draft back, and only where it goes", () => {
  const [trimap, draft] = [plain(255), plain().map((_, i) => [0, 128, 255][i % 3])];
  paint(trimap, { ink: "draft", radius: 10, points: [centre(4, 4), centre(12, 9)] }, draft);
  const reached = plain(0);
  paint(reached, { ink: "foreground", radius: 10, points: [centre(4, 4), centre(12, 9)] });
  assert.deepEqual(
    trimap,
    reached.map((value, i) => (value === 255 ? draft[i] : 255)),
  );
  assert.ok(painted(trimap, 0).length > 0);
});

test("a run takes its first pixel and leaves out its last", () => {
  const trimap = plain();
  layRun(trimap, null, "background", 3, 5);
  assert.deepEqual(painted(trimap, 0), [3, 4]);
});

test("a pixel belongs to a stroke whose edge goes through its centre", () => {
  const trimap = plain();
  paint(trimap, { ink: "background", radius: 3 * QUARTERS, points: [centre(8, 6)] });
  assert.equal(trimap[6 * WIDTH + 11], 0);
  assert.equal(trimap[6 * WIDTH + 12], 128);
});

test("a stroke paints what its segments paint, one by one, in either direction", () => {
  const points = [centre(2, 2), centre(15, 4), centre(9, 12)];
  const [whole, backwards, pieces] = [plain(), plain(), plain()];
  const brush = { ink: "foreground", radius: 7 };
  paint(whole, { ...brush, points });
  paint(backwards, { ...brush, points: points.toReversed() });
  paintSegment(marksOf(pieces), { ...brush, from: points[0], to: points[1] });
  paintSegment(marksOf(pieces), { ...brush, from: points[1], to: points[2] });
  assert.deepEqual(pieces, whole);
  assert.deepEqual(backwards, whole);
});

test("with a pen, each segment has the radius of its end, and `radius` does not count", () => {
  const points = [centre(2, 2), centre(15, 4), centre(9, 12)];
  const [whole, pieces] = [plain(), plain()];
  paint(whole, { ink: "foreground", radius: 99, points, radii: [50, 4, 9] });
  paintSegment(marksOf(pieces), { ink: "foreground", radius: 4, from: points[0], to: points[1] });
  paintSegment(marksOf(pieces), { ink: "foreground", radius: 9, from: points[1], to: points[2] });
  assert.deepEqual(whole, pieces);
});

test("a touch of a pen is a dot of its own radius; no radii at all are none", () => {
  const [touched, dot, empty] = [plain(), plain(), plain()];
  paint(touched, { ink: "foreground", radius: 40, points: [centre(8, 6)], radii: [9] });
  paint(dot, { ink: "foreground", radius: 9, points: [centre(8, 6)] });
  paint(empty, { ink: "foreground", radius: 9, points: [centre(8, 6)], radii: [] });
  assert.deepEqual([touched, empty], [dot, dot]);
});

test("the box that is told holds everything that was painted", () => {
  const trimap = plain();
  const box = paint(trimap, { ink: "foreground", radius: 9, points: [centre(-1, 3), centre(6, 20)] });
  const places = painted(trimap, 255);
  assert.ok(places.length > 0);
  for (const place of places) {
    const [row, column] = [Math.floor(place / WIDTH), place % WIDTH];
    assert.ok(box.left <= column && column < box.right && box.top <= row && row < box.bottom);
  }
});

test("a stroke beside the image paints nothing and tells so", () => {
  const trimap = plain();
  assert.equal(paint(trimap, { ink: "foreground", radius: 8, points: [centre(-40, -40)] }), null);
  assert.deepEqual(trimap, plain());
});
