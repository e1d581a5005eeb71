import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Settling } from "../../../../studio/editor/transport/settling.js";
import { calm, heard } from "./stand_ins.js";

const PAUSE = 1000;

let asked; // the computations that were asked for: {resolve, reject}
let shown;
let settling;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  asked = [];
  shown = [];
  settling = new Settling({
    compute: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
    show: async (change, isCurrent) => isCurrent() && shown.push(change),
    pause: PAUSE,
  });
});

test("computes once after the pause, shows the answer, and is settled", async () => {
  settling.schedule();
  mock.timers.tick(PAUSE - 1);
  assert.equal(asked.length, 0);
  mock.timers.tick(1);
  assert.equal(asked.length, 1);
  assert.ok(settling.isUnderWay);
  asked[0].resolve("fine");
  await calm();
  assert.deepEqual(shown, ["fine"]);
  assert.deepEqual([settling.isUnderWay, settling.isSettled], [false, true]);
  settling.schedule();
  mock.timers.tick(10 * PAUSE);
  assert.equal(asked.length, 1);
});

test("a change during the pause begins the pause anew", () => {
  settling.schedule();
  mock.timers.tick(PAUSE - 1);
  settling.disturb();
  mock.timers.tick(10 * PAUSE);
  assert.equal(asked.length, 0);
  settling.schedule();
  mock.timers.tick(PAUSE);
  assert.equal(asked.length, 1);
});

test("asking twice computes once", () => {
  settling.schedule();
  mock.timers.tick(PAUSE / 2);
  settling.schedule();
  mock.timers.tick(PAUSE);
  settling.schedule();
  mock.timers.tick(10 * PAUSE);
  assert.equal(asked.length, 1);
});

test("the answer to what was changed meanwhile is not shown, and the next pause computes again", async () => {
  settling.schedule();
  mock.timers.tick(PAUSE);
  settling.disturb();
  assert.equal(settling.isUnderWay, false);
  asked[0].resolve("out of date");
  await calm();
  assert.deepEqual(shown, []);
  assert.equal(settling.isSettled, false);
  settling.schedule();
  mock.timers.tick(PAUSE);
  asked[1].resolve("fine");
  await calm();
  assert.deepEqual(shown, ["fine"]);
});

test("an overtaken answer does not end the computation that overtook it", async () => {
  settling.schedule();
  mock.timers.tick(PAUSE);
  settling.disturb();
  settling.schedule();
  mock.timers.tick(PAUSE);
  asked[0].resolve("out of date");
  await calm();
  assert.ok(settling.isUnderWay);
  assert.equal(settling.isSettled, false);
});

test("a failure leaves the quick matte, and can be tried again", async () => {
  settling.schedule();
  mock.timers.tick(PAUSE);
  asked[0].reject(new Error("overtaken"));
  await calm();
  assert.deepEqual([settling.isUnderWay, settling.isSettled], [false, false]);
  settling.schedule();
  mock.timers.tick(PAUSE);
  assert.equal(asked.length, 2);
});

test("tells when it begins and when it ends", async () => {
  const events = heard(settling, "change");
  settling.schedule();
  assert.equal(events.length, 0);
  mock.timers.tick(PAUSE);
  assert.equal(events.length, 1);
  asked[0].resolve("fine");
  await calm();
  assert.equal(events.length, 2);
});
