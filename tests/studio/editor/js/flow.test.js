import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Flow } from "../../../../studio/editor/desk/flow.js";
import { calm, deferred, heard } from "./stand_ins.js";

const TODAY = { approved: 3, submitted: 1, skipped: 0, left: 9 };

const note = (id, resolved_at = null) => ({ id, x: 1, y: 2, text: `note ${id}`, resolved_at });

let asked; // {what, details, resolve, reject} in order
let walk;
let flow;

/** Whatever is asked of it is noted, and waits until the test answers. */
const transport = new Proxy(
  {},
  {
    get:
      (_, what) =>
      (...details) => {
        const request = { what, details, ...deferred() };
        asked.push(request);
        return request.promise;
      },
  },
);

const sessionOf = (id, flagged = false) => ({ info: { id, flagged } });
const last = (what) => asked.findLast((request) => request.what === what);

async function answer(what, given) {
  last(what).resolve(given);
  await calm();
}

beforeEach(() => {
  asked = [];
  walk = { session: null, failed: [], fail: (error) => walk.failed.push(error) };
  flow = new Flow({ transport, walk });
});

async function open(id, notes = []) {
  walk.session = sessionOf(id);
  const opened = flow.open(walk.session);
  await answer("notes", notes);
  await answer("today", TODAY);
  await opened;
}

test("tells the open notes of a photo, and what was done today", async () => {
  const events = heard(flow, "change");
  await open(7, [note(1), note(2, "2026-01-01"), note(3)]);
  assert.deepEqual(
    asked.map(({ what, details }) => [what, ...details]),
    [["notes", 7], ["today"]],
  );
  assert.deepEqual([flow.notes.map(({ id }) => id), flow.today], [[1, 3], TODAY]);
  assert.equal(events.length, 2);
});

test("the notes of the last photo are gone at once, what was done today stays until it is known anew", async () => {
  await open(7, [note(1)]);
  walk.session = sessionOf(8);
  flow.open(walk.session);
  assert.deepEqual([flow.notes, flow.today], [[], TODAY]);
});

test("if one of them fails, the other is shown, and nobody is bothered", async () => {
  walk.session = sessionOf(7);
  const opened = flow.open(walk.session);
  last("today").reject(new Error("gone"));
  await answer("notes", [note(1)]);
  await opened;
  assert.deepEqual([flow.notes.length, flow.today, walk.failed], [1, null, []]);
});

test("answers about a photo that has left the desk are dropped", async () => {
  walk.session = sessionOf(7);
  const opened = flow.open(walk.session);
  walk.session = sessionOf(8);
  await answer("notes", [note(1)]);
  await answer("today", TODAY);
  await opened;
  assert.deepEqual([flow.notes, flow.today], [[], null]);
});

test("a flag is set and taken away, and told", async () => {
  assert.equal(flow.isFlagged, false);
  await open(7);
  const events = heard(flow, "change");
  for (const flagged of [true, false]) {
    const toggled = flow.toggleFlag();
    await answer(flagged ? "flag" : "unflag", { flagged });
    assert.deepEqual([await toggled, flow.isFlagged], [flagged, flagged]);
  }
  assert.deepEqual([last("flag").details, last("unflag").details, events.length], [[7], [7], 2]);
});

test("a flag that could not be set stays away, and the operator is told", async () => {
  await open(7);
  const error = new Error("gone");
  const toggled = flow.toggleFlag();
  last("flag").reject(error);
  assert.equal(await toggled, null);
  assert.deepEqual([flow.isFlagged, walk.failed], [false, [error]]);
});

test("the flag belongs to the photo for which it was asked", async () => {
  await open(7);
  const former = walk.session;
  const toggled = flow.toggleFlag();
  walk.session = sessionOf(8);
  await answer("flag", { flagged: true });
  await toggled;
  assert.deepEqual([former.info.flagged, flow.isFlagged], [true, false]);
});

test("a note is pinned and taken away, and the notes are read again", async () => {
  await open(7);
  const added = flow.addNote([5, 6], "the strap");
  await answer("addNote", {});
  await answer("notes", [note(4)]);
  await answer("today", TODAY);
  await added;
  assert.deepEqual([last("addNote").details, flow.notes.length], [[7, { x: 5, y: 6, text: "the strap" }], 1]);
  const resolved = flow.resolveNote(4);
  await answer("resolveNote", {});
  await answer("notes", []);
  await answer("today", TODAY);
  await resolved;
  assert.deepEqual([last("resolveNote").details, flow.notes], [[7, 4], []]);
});

test("a note that could not be pinned is told, and those that are there stay", async () => {
  await open(7, [note(1)]);
  const error = new Error("gone");
  const added = flow.addNote([5, 6], "the strap");
  last("addNote").reject(error);
  await added;
  assert.deepEqual([walk.failed, flow.notes.length], [[error], 1]);
});

test("a note whose answer comes when another photo is on the desk leaves the notes of that one alone", async () => {
  await open(7);
  const added = flow.addNote([5, 6], "the strap");
  await open(8, [note(1)]);
  await answer("addNote", {});
  assert.equal(flow.notes.length, 1);
  await added;
});

test("after a decision it is counted anew, and a failure leaves what was known", async () => {
  await open(7);
  const counted = flow.count();
  await answer("today", { ...TODAY, approved: 4 });
  await counted;
  assert.equal(flow.today.approved, 4);
  const again = flow.count();
  last("today").reject(new Error("gone"));
  await again;
  assert.equal(flow.today.approved, 4);
});

test("without a photo nothing is asked", async () => {
  assert.equal(await flow.toggleFlag(), null);
  await flow.addNote([5, 6], "the strap");
  await flow.resolveNote(4);
  assert.deepEqual(asked, []);
});
