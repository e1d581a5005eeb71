import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { WetPaint } from "../../../../studio/editor/view/wet_paint.js";

const [WIDTH, HEIGHT] = [20, 10];
const HARD = { tool: "soft_brush", hardness: 100, radius: 8 };

const dot = (column, row, more) => ({
  ...HARD,
  value: 200,
  flow: 100,
  points: [[4 * column + 2, 4 * row + 2]],
  ...more,
});
const at = (column, row) => row * WIDTH + column;

let wet;

beforeEach(() => {
  wet = new WetPaint({ width: WIDTH, height: HEIGHT });
});

const segment = ({ points: [from, to = from] }) => ({ from, to, pressure: 100 });

test("without any paint the server's alpha is shown", () => {
  assert.ok(wet.isDry);
  assert.equal(wet.over(77, at(5, 5)), 77);
  assert.equal(wet.strokeWeight, null);
});

test("full paint hides the alpha, and none shows it", () => {
  wet.add(dot(5, 5));
  assert.equal(wet.isDry, false);
  assert.deepEqual([wet.over(77, at(5, 5)), wet.over(77, at(9, 5))], [200, 77]);
});

test("half a coat goes half of the way", () => {
  wet.add(dot(5, 5, { flow: 50 }));
  assert.ok(Math.abs(wet.over(100, at(5, 5)) - 150) <= 0.5);
});

test("one coat over another shows as if they were painted one after the other", () => {
  wet.add(dot(5, 5, { flow: 50, value: 0 }));
  const once = wet.over(180, at(5, 5));
  wet.add(dot(5, 5, { flow: 30, value: 255 }));
  const twice = once + (255 - once) * 0.3;
  assert.ok(Math.abs(wet.over(180, at(5, 5)) - twice) < 2, `${wet.over(180, at(5, 5))} ${twice}`);
});

test("a full coat leaves nothing of what lies below it", () => {
  wet.add(dot(5, 5, { value: 10 }));
  wet.add(dot(5, 5, { value: 240 }));
  assert.equal(wet.over(0, at(5, 5)), 240);
});

test("adding tells its box and gives its own weights, not those below", () => {
  wet.add(dot(5, 5));
  const weight = new Uint8Array(WIDTH * HEIGHT);
  const box = wet.add(dot(12, 5, { flow: 50 }), weight);
  assert.ok(box.left > 5 && box.left <= 12 && 12 < box.right);
  assert.deepEqual([weight[at(5, 5)], weight[at(12, 5)]], [0, 128]);
});

test("paint beside the image is none", () => {
  assert.equal(wet.add(dot(-50, 5)), null);
  assert.ok(wet.isDry);
  assert.equal(wet.clear(), null);
});

test("the stroke under the pointer lies over what waits", () => {
  wet.add(dot(5, 5, { value: 0 }));
  const brush = dot(5, 5, { flow: 50, value: 200 });
  wet.paintSegment(brush, segment(brush));
  assert.ok(Math.abs(wet.over(255, at(5, 5)) - 100) <= 0.5);
  assert.equal(wet.strokeWeight[at(5, 5)], 128);
});

test("a stroke that goes over its own place is no thicker there", () => {
  const brush = dot(5, 5, { flow: 50 });
  for (let i = 0; i < 3; i++) wet.paintSegment(brush, segment(brush));
  assert.ok(Math.abs(wet.over(100, at(5, 5)) - 150) <= 0.5);
});

test("drying takes what waits and leaves the stroke under the pointer", () => {
  const box = wet.add(dot(5, 5));
  const brush = dot(12, 5);
  wet.paintSegment(brush, segment(brush));
  assert.deepEqual(wet.clear(), box);
  assert.deepEqual([wet.over(77, at(5, 5)), wet.over(77, at(12, 5))], [77, 200]);
  assert.equal(wet.isDry, false);
});

test("a stroke that is dropped is gone, with the box of all its segments, and the next one is new", () => {
  wet.add(dot(5, 5));
  const brush = dot(12, 5);
  const one = wet.paintSegment(brush, segment(brush));
  const other = wet.paintSegment(brush, segment(dot(16, 2)));
  const box = wet.dropStroke();
  assert.deepEqual([box.left, box.top], [one.left, other.top]);
  assert.deepEqual([box.right, box.bottom], [other.right, one.bottom]);
  assert.deepEqual([wet.over(77, at(12, 5)), wet.over(77, at(5, 5)), wet.strokeWeight], [77, 200, null]);
  assert.equal(wet.dropStroke(), null);
  wet.paintSegment({ ...brush, value: 30 }, segment(brush));
  assert.equal(wet.over(77, at(12, 5)), 30);
});

test("after drying, old paint does not come back with new paint elsewhere", () => {
  wet.add(dot(5, 5));
  wet.clear();
  assert.deepEqual([wet.isDry, wet.clear()], [true, null]);
  wet.add(dot(12, 5));
  assert.equal(wet.over(77, at(5, 5)), 77);
});
