import assert from "node:assert/strict";
import { test } from "node:test";

import {
  LARGEST_SIZE,
  SLIDER_TICKS,
  clampedSize,
  larger,
  radiusOfSize,
  sizeAtTick,
  smaller,
  tickOfSize,
} from "../../../../studio/editor/tools/brush_size.js";

test("a size is a whole number of pixels within the limits", () => {
  assert.deepEqual([0, 0.4, 7.6, 1e9].map(clampedSize), [1, 1, 8, LARGEST_SIZE]);
});

test("pressing a key always changes the size, until the end is reached", () => {
  for (let size = 1; size < LARGEST_SIZE; size = larger(size)) assert.ok(larger(size) > size);
  for (let size = LARGEST_SIZE; size > 1; size = smaller(size)) assert.ok(smaller(size) < size);
  assert.equal(larger(LARGEST_SIZE), LARGEST_SIZE);
  assert.equal(smaller(1), 1);
});

test("one press back leads to about where one was", () => {
  for (const size of [1, 2, 10, 40, 333]) assert.ok(Math.abs(smaller(larger(size)) - size) <= 1);
});

test("the slider reaches both ends and never goes back", () => {
  const sizes = Array.from({ length: SLIDER_TICKS + 1 }, (_, tick) => sizeAtTick(tick));
  assert.equal(sizes[0], 1);
  assert.equal(sizes.at(-1), LARGEST_SIZE);
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => a - b),
  );
});

test("a size stands on the slider where the slider gives it", () => {
  for (const size of [1, 40, 200, LARGEST_SIZE]) assert.equal(sizeAtTick(tickOfSize(size)), size);
});

test("a radius is an integer in quarter pixels", () => {
  assert.deepEqual([1, 3, 40].map(radiusOfSize), [2, 6, 80]);
});
