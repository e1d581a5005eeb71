import assert from "node:assert/strict";
import { test } from "node:test";

import { bands, clipped, union } from "../../../../studio/editor/pixels/box.js";

const box = (left, top, right, bottom) => ({ left, top, right, bottom });

test("a box is cut off at the edges of the image", () => {
  assert.deepEqual(clipped(box(-5, -1, 20, 7), 10, 8), box(0, 0, 10, 7));
  assert.deepEqual(clipped(box(2, 3, 4, 5), 10, 8), box(2, 3, 4, 5));
});

test("a box beside the image, or without any pixel, is null", () => {
  assert.equal(clipped(box(10, 0, 12, 4), 10, 8), null);
  assert.equal(clipped(box(-4, 0, 0, 4), 10, 8), null);
  assert.equal(clipped(box(3, 3, 3, 5), 10, 8), null);
});

test("a union covers both boxes, and null adds nothing to it", () => {
  assert.deepEqual(union(box(0, 5, 2, 6), box(1, 1, 9, 3)), box(0, 1, 9, 6));
  assert.deepEqual(union(null, box(1, 2, 3, 4)), box(1, 2, 3, 4));
  assert.deepEqual(union(box(1, 2, 3, 4), null), box(1, 2, 3, 4));
  assert.equal(union(null, null), null);
});

test("bands tile a box from top to bottom and stay within their limit", () => {
  const whole = box(3, 2, 13, 27);
  const parts = [...bands(whole, 45)];
  assert.equal(parts[0].top, whole.top);
  assert.equal(parts.at(-1).bottom, whole.bottom);
  parts.forEach((part, i) => {
    assert.deepEqual([part.left, part.right], [whole.left, whole.right]);
    assert.ok((part.right - part.left) * (part.bottom - part.top) <= 45);
    if (i > 0) assert.equal(part.top, parts[i - 1].bottom);
  });
});

test("a row that is longer than the limit is a band of its own", () => {
  assert.deepEqual([...bands(box(0, 0, 100, 2), 10)], [box(0, 0, 100, 1), box(0, 1, 100, 2)]);
});
