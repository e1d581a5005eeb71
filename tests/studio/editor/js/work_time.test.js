import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { purposeOf, WorkTime } from "../../../../studio/editor/desk/work_time.js";
import { RefusedError, UnreachableError } from "../../../../studio/editor/transport/transport.js";
import { calm } from "./stand_ins.js";

let told, answer, page, now, isSeen, photo, workTime;

const open = (id, state = "in_correction", held_by = null) => ({ id, state, held_by });

/** Somebody moves the pointer at each of these seconds. */
function moveAt(...seconds) {
  for (const second of seconds) {
    now = second * 1000;
    page.dispatchEvent(new Event("pointermove"));
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
  told = [];
  answer = async () => {};
  page = new EventTarget();
  page.document = new EventTarget();
  now = 0;
  isSeen = true;
  photo = open(7);
  const transport = {
    work: (id, purpose, spans) => {
      told.push([id, purpose, ...spans.map(({ began_ago, ended_ago }) => [began_ago, ended_ago])]);
      return answer();
    },
  };
  workTime = new WorkTime({ transport, photo: () => photo, isSeen: () => isSeen, now: () => now, target: page });
});

test("signs that come soon after each other are one span, and others begin a new one", async () => {
  moveAt(0, 4, 9, 14.001, 16);
  now = 20_000;
  await workTime.tell();
  assert.deepEqual(told, [[7, "correction", [20, 11], [5.999, 4]]]);
});

test("every sign of a hand counts, whoever else takes it", async () => {
  for (const [second, name] of ["pointerdown", "keydown", "wheel", "pointermove"].entries()) {
    now = second * 1000;
    page.dispatchEvent(new Event(name));
  }
  await workTime.tell();
  assert.deepEqual(told, [[7, "correction", [3, 0]]]);
});

test("what is new is told every half minute, and nothing while nobody is there", async () => {
  moveAt(0, 2);
  mock.timers.tick(30_000);
  assert.equal(told.length, 1);
  mock.timers.tick(120_000);
  assert.equal(told.length, 1);
  moveAt(200);
  mock.timers.tick(30_000);
  assert.equal(told.length, 2);
});

test("a span goes on from where it was told", async () => {
  moveAt(0, 4);
  await workTime.tell();
  moveAt(6, 10);
  await workTime.tell();
  assert.deepEqual(told, [
    [7, "correction", [4, 0]],
    [7, "correction", [6, 0]],
  ]);
});

test("the photo that is opened has a span from then on, and each photo its own", async () => {
  moveAt(0, 3);
  photo = open(8, "ready");
  now = 4000;
  workTime.sign(); // the desk does so when it opens one
  photo = null; // none is at hand
  moveAt(5);
  photo = open(9, "in_review");
  moveAt(6, 7);
  await workTime.tell();
  assert.deepEqual(told, [
    [7, "correction", [7, 4]],
    [8, "correction", [3, 3]],
    [9, "review", [1, 0]],
  ]);
});

test("what a look is for depends on what the photo is", () => {
  const purposes = (...states) => states.map((state) => purposeOf(open(1, state)));
  assert.deepEqual(purposes("ready", "in_correction"), ["correction", "correction"]);
  assert.deepEqual(purposes("in_review", "approved"), ["review", "review"]);
  assert.deepEqual(purposes("skipped", "waiting", "drafting", "failed"), [null, null, null, null]);
  assert.equal(purposeOf(open(1, "ready", { who: "ren" })), null);
});

test("what somebody else has in hand is only looked at", async () => {
  photo = open(7, "in_correction", { who: "ren" });
  moveAt(0, 1);
  await workTime.tell();
  assert.deepEqual(told, []);
});

test("a page that nobody sees counts nothing, tells when it is left, and counts from when it is seen again", async () => {
  moveAt(0, 2);
  isSeen = false;
  page.document.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual(told, [[7, "correction", [2, 0]]]);
  moveAt(3, 4);
  now = 60_000;
  isSeen = true;
  page.document.dispatchEvent(new Event("visibilitychange"));
  await workTime.tell();
  assert.deepEqual(told.slice(1), [[7, "correction", [0, 0]]]);
});

test("what could not be told is told later, with its age", async () => {
  answer = async () => {
    throw new UnreachableError("gone");
  };
  moveAt(0, 2);
  await workTime.tell();
  answer = async () => {
    throw new RefusedError("signed out", 401);
  };
  now = 10_000;
  await workTime.tell();
  answer = async () => {};
  moveAt(60, 61);
  await workTime.tell();
  assert.deepEqual(told.at(-1), [7, "correction", [61, 59], [1, 0]]);
  await workTime.tell();
  assert.equal(told.length, 3);
});

test("what the server refuses is dropped, and nobody is told", async () => {
  answer = async () => {
    throw new RefusedError("There is no such photo.", 404);
  };
  moveAt(0, 1);
  await workTime.tell();
  await workTime.tell();
  assert.equal(told.length, 1);
});

test("who may not tell of reviews tells of none any more, and of corrections as before", async () => {
  answer = async () => {
    throw new RefusedError("Your account may not do this.", 403);
  };
  photo = open(7, "approved");
  moveAt(0, 1);
  await workTime.tell();
  answer = async () => {};
  moveAt(10);
  photo = open(8);
  moveAt(20);
  await workTime.tell();
  assert.deepEqual(told, [
    [7, "review", [1, 0]],
    [8, "correction", [0, 0]],
  ]);
});

test("what is older than a day is let go, and of too much only the newest waits", async () => {
  answer = async () => {
    throw new UnreachableError("gone");
  };
  moveAt(0, 5, 86_400, 86_404);
  for (let second = 86_410; told.length === 0 && second < 86_410 + 6 * 1100; second += 6) moveAt(second);
  await workTime.tell();
  const [[, , ...spans]] = told;
  assert.equal(spans.length, 1000);
  assert.deepEqual(spans.at(-1), [0, 0]);
  told.length = 0;
  now += 90_000_000;
  await workTime.tell();
  await workTime.tell();
  assert.deepEqual(told, []);
});

test("a span that began more than a day ago is told from as long ago as can be", async () => {
  for (let second = 0; second <= 86_500; second += 5) moveAt(second);
  await workTime.tell();
  assert.deepEqual(told, [[7, "correction", [86_390, 0]]]);
});

test("who leaves the desk tells what is left, and is not heard of again", async () => {
  moveAt(0, 1);
  workTime.stop();
  moveAt(2);
  mock.timers.tick(60_000);
  await calm();
  assert.deepEqual(told, [[7, "correction", [1, 0]]]);
});
