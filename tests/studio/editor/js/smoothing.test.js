import assert from "node:assert/strict";
import { test } from "node:test";

import { Smoothing } from "../../../../studio/editor/tools/smoothing.js";

const place = (x, y, pressure = 1) => ({ quarters: [x, y], pressure });

function begun(amount, scale = 1) {
  const smoothing = new Smoothing();
  smoothing.begin(place(0, 0), { amount, scale });
  return smoothing;
}

test("a stroke begins where the pointer does", () => {
  assert.deepEqual(new Smoothing().begin(place(5, 6, 0.3), { amount: 1, scale: 1 }), place(5, 6, 0.3));
});

test("without smoothing the brush is always under the pointer", () => {
  const smoothing = begun(0);
  for (const [x, y] of [
    [1, 0],
    [40, -7],
    [3, 3],
  ])
    assert.deepEqual(smoothing.move(place(x, y, 0.5)), place(x, y, 0.5));
  assert.equal(smoothing.end(place(3, 3)), null);
});

test("what is shorter than the lead does not move the brush", () => {
  const smoothing = begun(0.5); // a lead of 12 screen pixels
  for (const [x, y] of [
    [40, 0],
    [0, 48],
    [-30, 30],
  ])
    assert.equal(smoothing.move(place(x, y)), null);
  assert.notEqual(smoothing.move(place(52, 0)), null);
});

test("a longer way pulls the brush along, and it stays behind by the lead", () => {
  const smoothing = begun(0.5);
  assert.deepEqual(smoothing.move(place(148, 0, 0.7)), place(100, 0, 0.7));
  assert.deepEqual(smoothing.move(place(100, 148)), place(100, 100));
});

test("the lead is as long as the hand sees it, at any zoom", () => {
  assert.deepEqual(begun(0.5, 4).move(place(112, 0)), place(100, 0));
  assert.deepEqual(begun(0.5, 0.5).move(place(196, 0)), place(100, 0));
});

test("shaking is left behind: the brush goes straighter than the hand", () => {
  const smoothing = begun(0.3);
  const ys = [];
  for (let x = 10; x < 900; x += 10) ys.push(smoothing.move(place(x, x % 20 === 0 ? 12 : -12))?.quarters[1] ?? 0);
  const swing = Math.max(...ys.slice(-20)) - Math.min(...ys.slice(-20));
  assert.ok(swing < 24 / 3, `${swing}`);
});

test("the brush stays on whole quarter pixels", () => {
  const { quarters } = begun(0.37, 1.3).move(place(201, 333));
  assert.ok(quarters.every(Number.isInteger));
});

test("a stroke ends where the pointer does", () => {
  const smoothing = begun(1);
  smoothing.move(place(300, 0));
  assert.deepEqual(smoothing.end(place(310, 5)), place(310, 5));
});
