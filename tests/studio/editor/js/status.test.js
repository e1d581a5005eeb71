import assert from "node:assert/strict";
import { test } from "node:test";

import { statusOf } from "../../../../studio/editor/desk/status.js";

const CALM = {
  outbox: { state: "idle", waiting: 0 },
  settling: { isUnderWay: false },
  info: { state: "in_correction" },
  isLocked: false,
  isTouched: false,
};

const status = (session, beside = {}) =>
  statusOf({ session: session === null ? null : { ...CALM, ...session }, notice: null, isOpening: false, ...beside });
const state = (...given) => status(...given).state;

test("a notice goes before everything else", () => {
  for (const kind of ["conflict", "error", "empty"]) {
    assert.equal(state({ outbox: { state: "offline", waiting: 2 } }, { notice: { kind }, isOpening: true }), kind);
  }
});

test("loading while a photo is opened, also while the former one is still there", () => {
  assert.equal(state(null), "loading");
  assert.equal(state({}, { isOpening: true }), "loading");
});

test("ready when nothing was changed, saved when all that was changed is acknowledged", () => {
  assert.equal(state({}), "ready");
  assert.equal(state({ isTouched: true }), "saved");
});

test("sending while something waits, offline while the server is out of reach", () => {
  assert.equal(state({ isTouched: true, outbox: { state: "sending", waiting: 1 } }), "sending");
  assert.equal(state({ isTouched: true, outbox: { state: "offline", waiting: 1 } }), "offline");
});

test("a server whose disk is full counts as out of reach, and the words say why", () => {
  const outbox = { state: "offline", waiting: 1, trouble: "store_full" };
  assert.deepEqual(status({ isTouched: true, outbox }), { state: "offline", text: "full" });
  assert.equal(status({ isTouched: true, outbox: { ...outbox, trouble: null } }).text, "offline");
});

test("a busy studio is no alarm: it is still saving, in other words", () => {
  const outbox = { state: "busy", waiting: 1, trouble: "busy" };
  assert.deepEqual(status({ isTouched: true, outbox }), { state: "sending", text: "busy" });
});

test("a locked photo is ready, and refining is saved already: only the words differ", () => {
  assert.deepEqual(status({ isLocked: true }), { state: "ready", text: "locked" });
  assert.deepEqual(status({ isTouched: true, settling: { isUnderWay: true } }), { state: "saved", text: "settling" });
});

test("a photo in review says so, locked or not: the reviewer can decide", () => {
  const inReview = { info: { state: "in_review" }, isLocked: true };
  assert.deepEqual(status(inReview), { state: "ready", text: "inReview" });
  assert.deepEqual(status({ ...inReview, isTouched: true }), { state: "ready", text: "inReview" });
  assert.equal(state({ ...inReview, outbox: { state: "sending", waiting: 1 } }), "sending");
});
