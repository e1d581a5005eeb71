import assert from "node:assert/strict";
import { test } from "node:test";

import { paintArea } from "../../../../studio/editor/edits/area.js";
import { CENTRE, QUARTERS } from "../../../../studio/editor/edits/quarters.js";

const [WIDTH, HEIGHT] = [24, 18];

const blank = () => new Uint8Array(WIDTH * HEIGHT);

function painted(points, { ink = "foreground", trimap = blank(), draft = null } = {}) {
  const box = paintArea({ trimap, draft, width: WIDTH, height: HEIGHT }, { ink, points });
  return { box, trimap, count: trimap.filter((value) => value === 255).length };
}

/**
 * Whether the outline winds around a pixel's centre: the sum of the angles under which its edges are seen. Only for
 * outlines that go through no centre.
 */
function winds(points, column, row) {
  const [x, y] = [column * QUARTERS + CENTRE, row * QUARTERS + CENTRE];
  const seen = points.map(([px, py]) => Math.atan2(py - y, px - x));
  const turned = seen.reduce((sum, angle, i) => {
    const by = angle - seen.at(i - 1);
    return sum + by - 2 * Math.PI * Math.round(by / (2 * Math.PI));
  }, 0);
  return Math.round(turned / (2 * Math.PI)) !== 0;
}

/** Outlines with odd coordinates: they cross centres of pixels nowhere but on slanted edges, and hardly ever there. */
function* outlines(count) {
  let seed = 7;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  for (let i = 0; i < count; i++) {
    yield Array.from({ length: 3 + random(7) }, () => [2 * random(60) - 13, 2 * random(45) - 9]);
  }
}

const isOnEdge = (points, x, y) =>
  points.some(([bx, by], i) => {
    const [ax, ay] = points.at(i - 1);
    const isBetween = Math.min(ax, bx) <= x && x <= Math.max(ax, bx) && Math.min(ay, by) <= y && y <= Math.max(ay, by);
    return isBetween && (bx - ax) * (y - ay) === (by - ay) * (x - ax);
  });

test("a pixel is filled if the outline winds around its centre, however it crosses itself", () => {
  let inside = 0;
  for (const points of outlines(60)) {
    const { trimap } = painted(points);
    for (let at = 0; at < trimap.length; at++) {
      const [column, row] = [at % WIDTH, Math.floor(at / WIDTH)];
      if (isOnEdge(points, column * QUARTERS + CENTRE, row * QUARTERS + CENTRE)) continue;
      assert.equal(trimap[at] === 255, winds(points, column, row), `${JSON.stringify(points)} at ${column}, ${row}`);
      inside += trimap[at] === 255;
    }
  }
  assert.ok(inside > 1000);
});

test("of two areas that share an edge through pixel centres, each pixel belongs to one", () => {
  const left = painted([
    [2, 2],
    [42, 2],
    [42, 42],
    [2, 42],
  ]);
  const right = painted([
    [42, 2],
    [82, 2],
    [82, 42],
    [42, 42],
  ]);
  assert.equal(left.count, 100);
  assert.equal(right.count, 100);
  assert.ok(left.trimap.every((value, at) => value === 0 || right.trimap[at] === 0));
});

test("the direction and the first corner make no difference", () => {
  for (const points of outlines(20)) {
    const { trimap } = painted(points);
    assert.deepEqual(painted(points.toReversed()).trimap, trimap);
    assert.deepEqual(painted([...points.slice(2), ...points.slice(0, 2)]).trimap, trimap);
  }
});

test("an outline that leaves the image is closed outside it", () => {
  assert.equal(
    painted([
      [-900, -900],
      [900, -900],
      [900, 900],
      [-900, 900],
    ]).count,
    WIDTH * HEIGHT,
  );
});

test("the box that is told holds everything that was filled", () => {
  for (const points of outlines(20)) {
    const { box, trimap } = painted(points);
    trimap.forEach((value, at) => {
      if (value === 0) return;
      const [column, row] = [at % WIDTH, Math.floor(at / WIDTH)];
      assert.ok(box.left <= column && column < box.right && box.top <= row && row < box.bottom);
    });
  }
});

test("an outline beside the image, and one that encloses nothing, fill nothing", () => {
  assert.equal(
    painted([
      [-90, 0],
      [-80, 10],
      [-90, 20],
    ]).box,
    null,
  );
  assert.equal(
    painted([
      [4, 4],
      [60, 40],
      [32, 22],
    ]).count,
    0,
  );
});

test("the eraser brings the draft back inside, and nothing changes outside", () => {
  const draft = blank().fill(128);
  const { trimap } = painted(
    [
      [8, 8],
      [40, 8],
      [40, 40],
      [8, 40],
    ],
    { ink: "draft", trimap: blank().fill(255), draft },
  );
  assert.equal(trimap.filter((value) => value === 128).length, 64);
  assert.equal(trimap.filter((value) => value === 255).length, WIDTH * HEIGHT - 64);
});
