import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Reserve } from "../../../../studio/editor/desk/reserve.js";
import { ImageSession } from "../../../../studio/editor/desk/session.js";
import { calm, deferred } from "./stand_ins.js";

const SOON = 800;

let queue; // image -> the one that follows, an Error if that cannot be learned
let images; // what the server has
let opening; // a promise for which opening waits, or null
let opened; // the sessions in order
let reserve;

const transport = {
  next: async (id, passed) => {
    assert.deepEqual(passed, [9]);
    if (queue[id] instanceof Error) throw queue[id];
    return { id: queue[id] ?? null, left: 1 };
  },
  image: async (id) => images[id],
};

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  queue = { 1: 2, 2: 3, 3: 4 };
  images = {};
  for (const id of [1, 2, 3, 4]) images[id] = { id, revision: 1, position: 0, state: "ready", held_by: null };
  opening = null;
  opened = [];
  mock.method(ImageSession, "open", async (given, id) => {
    assert.equal(given, transport);
    await opening;
    const { revision, position } = images[id];
    const session = { info: images[id], outbox: { document: { revision, position } }, isClosed: false };
    session.close = () => (session.isClosed = true);
    session.lease = { hold: () => (session.isHeld = true) };
    opened.push(session);
    return session;
  });
  reserve = new Reserve({ transport, passed: () => [9] });
});

afterEach(() => mock.restoreAll());

async function prepareAfter(id) {
  reserve.prepareAfter(id);
  mock.timers.tick(SOON);
  await calm();
}

test("what follows is opened ahead, after the photo on the desk has had its time", async () => {
  reserve.prepareAfter(1);
  mock.timers.tick(SOON - 1);
  await calm();
  assert.deepEqual([opened.length, reserve.id], [0, null]);
  mock.timers.tick(1);
  await calm();
  assert.deepEqual([opened.length, reserve.id], [1, 2]);
});

test("it is handed over, once", async () => {
  await prepareAfter(1);
  assert.equal(await reserve.take(2), opened[0]);
  assert.deepEqual([opened[0].isClosed, reserve.id, await reserve.take(2)], [false, null, null]);
});

for (const [what, changed] of [
  ["drawn on", { position: 1 }],
  ["drafted anew", { revision: 2 }],
  ["decided on", { state: "approved" }],
]) {
  test(`a photo that was ${what} meanwhile is closed instead of handed over`, async () => {
    await prepareAfter(1);
    images[2] = { ...images[2], ...changed };
    assert.equal(await reserve.take(2), null);
    assert.deepEqual([opened[0].isClosed, reserve.id], [true, null]);
  });
}

test("a photo is closed, too, if nobody can tell whether it still fits", async () => {
  await prepareAfter(1);
  mock.method(transport, "image", async () => Promise.reject(new Error("gone")));
  await assert.rejects(reserve.take(2), /gone/);
  assert.deepEqual([opened[0].isClosed, reserve.id], [true, null]);
});

test("another photo is not in reserve, and the one that is stays for later", async () => {
  await prepareAfter(1);
  assert.equal(await reserve.take(3), null);
  assert.equal(reserve.id, 2);
  await prepareAfter(1);
  assert.equal(opened.length, 1);
  assert.equal(await reserve.take(2), opened[0]);
});

test("taking calls off what is about to be opened", async () => {
  reserve.prepareAfter(1);
  await reserve.take(4);
  mock.timers.tick(10 * SOON);
  await calm();
  assert.deepEqual(opened, []);
});

test("what was being opened when the operator went elsewhere is closed", async () => {
  const { promise, resolve } = deferred();
  opening = promise;
  await prepareAfter(1);
  await reserve.take(4);
  resolve();
  await calm();
  assert.deepEqual([opened.length, opened[0].isClosed, reserve.id], [1, true, null]);
});

test("of two in a row the later one is kept, and the former closed", async () => {
  await prepareAfter(1);
  await prepareAfter(2);
  assert.deepEqual([opened.map(({ isClosed }) => isClosed), reserve.id], [[true, false], 3]);
});

test("with nothing to follow, or only the photo itself, there is no reserve", async () => {
  queue = { 1: null, 2: 2 };
  await prepareAfter(1);
  await prepareAfter(2);
  assert.deepEqual([opened, reserve.id], [[], null]);
});

test("what is opened ahead is in hand, and somebody else's is not handed over", async () => {
  await prepareAfter(1);
  assert.equal(opened[0].isHeld, true);
  images[2] = { ...images[2], held_by: { who: "Ren" } };
  assert.equal(await reserve.take(2), null);
  assert.equal(opened[0].isClosed, true);
});

test("a photo that cannot be opened ahead is no harm, and the next one is tried", async () => {
  queue[1] = new Error("gone");
  await prepareAfter(1);
  assert.equal(reserve.id, null);
  await prepareAfter(2);
  assert.equal(reserve.id, 3);
});

test("after the end nothing is open, nor is anything opened", async () => {
  await prepareAfter(1);
  reserve.prepareAfter(2);
  reserve.close();
  mock.timers.tick(10 * SOON);
  await calm();
  assert.deepEqual([opened.map(({ isClosed }) => isClosed), reserve.id], [[true], null]);
});
