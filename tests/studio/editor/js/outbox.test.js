import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Outbox } from "../../../../studio/editor/transport/outbox.js";
import { ConflictError, RefusedError, UnreachableError } from "../../../../studio/editor/transport/transport.js";
import { StandInStorage, calm, heard, standIn } from "./stand_ins.js";

const LONGEST_PAUSE = 15_000;
const LARGEST_BATCH = 32;

let storage;
let requests; // {kind, imageId, version, keys, content, answer(change), fail(error)} as they were made
let written; // what was put on the screen: [change, about]

/** Whatever is asked of it is noted, and waits until the test answers. */
const transport = new Proxy(
  {},
  {
    get:
      (_, kind) =>
      (imageId, version, ...content) => {
        const keys = kind === "edits" ? content[0].map(({ key }) => key) : content.slice(0, 1);
        return new Promise((answer, fail) => {
          requests.push({
            kind,
            imageId,
            version: { ...version },
            keys,
            content: structuredClone(content),
            answer,
            fail,
          });
        });
      },
  },
);

const edit = (key) => ({
  kind: "edit",
  key,
  edit: {
    tool: "brush",
    ink: "foreground",
    radius: 80,
    points: [
      [1, 2],
      [3, key.length],
    ],
  },
});
const PART = { left: 0, top: 0, right: 9, bottom: 9, subject: true, clicks: [] };
const redraft = (key) => ({ kind: "redraft", key, part: PART });

const change = (position, more = {}) => ({
  revision: 1,
  position,
  can_undo: position > 0,
  can_redo: false,
  state: "in_correction",
  patches: [],
  ...more,
});

function open({ imageId = 7, document = change(0) } = {}) {
  const write = async (...given) => void written.push(given);
  return new Outbox({ transport, imageId, document, write });
}

async function answer(request, given) {
  request.answer(given);
  await calm();
}

async function fail(request, error) {
  request.fail(error);
  await calm();
}

const sent = () => requests.map(({ keys }) => keys);

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  storage = standIn("sessionStorage", new StandInStorage());
  requests = [];
  written = [];
});

test("an edit is sent at once, and is done when its answer is on the screen", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  assert.deepEqual([outbox.state, outbox.waiting], ["sending", 1]);
  const [{ kind, imageId, version, content }] = requests;
  assert.deepEqual([kind, imageId, version], ["edits", 7, { revision: 1, position: 0 }]);
  assert.deepEqual(content, [[{ key: "a", edit: edit("a").edit }]]);
  await answer(requests[0], change(1));
  assert.deepEqual([outbox.state, outbox.waiting, outbox.version.position], ["idle", 0, 1]);
  assert.deepEqual(written, [[change(1), { wasResent: false, kind: "edit", count: 1 }]]);
  assert.equal(storage.size, 0);
});

test("one request at a time; what waits meanwhile goes together, on the version that was answered", async () => {
  const outbox = open();
  for (const key of ["a", "b", "c"]) outbox.add(edit(key));
  assert.deepEqual(sent(), [["a"]]);
  await answer(requests[0], change(1));
  assert.deepEqual(sent(), [["a"], ["b", "c"]]);
  assert.deepEqual(requests[1].version, { revision: 1, position: 1 });
});

test("the order is kept across all kinds of operations", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  outbox.add(edit("b"));
  outbox.add({ kind: "undo", key: "u" });
  outbox.add(edit("c"));
  outbox.add(redraft("p"));
  outbox.add({ kind: "recompute" });
  outbox.add({ kind: "redo", key: "r" });
  let position = 0;
  for (let i = 0; i < requests.length; i++) {
    await answer(requests[i], change((position += requests[i].keys.length), { can_redo: true }));
  }
  assert.deepEqual(
    requests.map(({ kind }) => kind),
    ["edits", "edits", "undo", "edits", "redraft", "recompute", "redo"],
  );
  assert.deepEqual(sent(), [["a"], ["b"], ["u"], ["c"], ["p"], [], ["r"]]);
  assert.deepEqual(
    written.map(([, { kind, count }]) => [kind, count]),
    [
      ["edit", 1],
      ["edit", 1],
      ["undo", 1],
      ["edit", 1],
      ["redraft", 1],
      ["recompute", 1],
      ["redo", 1],
    ],
  );
  assert.equal(outbox.waiting, 0);
});

test("many edits are sent in several requests of bounded size", async () => {
  const outbox = open();
  const keys = Array.from({ length: 100 }, (_, i) => `key ${i}`);
  for (const key of keys) outbox.add(edit(key));
  let position = 0;
  for (let i = 0; i < requests.length; i++) await answer(requests[i], change((position += requests[i].keys.length)));
  assert.deepEqual(sent().flat(), keys);
  assert.ok(requests.length <= 6);
  assert.ok(sent().every(({ length }) => length <= LARGEST_BATCH));
});

test("long strokes are sent in more requests, so that none is too large for the server", async () => {
  const outbox = open();
  const long = { points: Array.from({ length: 20_000 }, (_, i) => [i, i]) };
  const keys = Array.from({ length: 9 }, (_, i) => `key ${i}`);
  for (const key of keys) outbox.add({ kind: "edit", key, edit: long });
  let position = 0;
  for (let i = 0; i < requests.length; i++) await answer(requests[i], change((position += requests[i].keys.length)));
  assert.deepEqual(sent().flat(), keys);
  assert.ok(requests.every(({ content }) => JSON.stringify(content).length < 4_000_000 / 2));
  assert.deepEqual(
    sent().map(({ length }) => length),
    [1, 3, 3, 2],
  );
});

test("a part that is to be drafted anew is sent by itself, with its key", async () => {
  const outbox = open();
  outbox.add(redraft("p"));
  outbox.add(redraft("q"));
  assert.deepEqual(requests[0].content, ["p", PART]);
  await answer(requests[0], change(1));
  assert.deepEqual([requests[1].content, requests[1].version.position], [["q", PART], 1]);
});

test("whoever writes an answer sees what it answers and what still waits behind it", async () => {
  const seen = [];
  let outbox = null;
  const write = async (_, { count }) => seen.push([count, outbox.operations.map(({ key }) => key)]);
  outbox = new Outbox({ transport, imageId: 7, document: change(0), write });
  for (const key of ["a", "b", "c"]) outbox.add(edit(key));
  await answer(requests[0], change(1));
  outbox.add({ kind: "undo", key: "u" });
  await answer(requests[1], change(3));
  assert.deepEqual(seen, [
    [1, ["a", "b", "c"]],
    [2, ["b", "c", "u"]],
  ]);
});

test("of what waits, the edits can be had alone, to be made again on another version", () => {
  const outbox = open();
  for (const each of [edit("a"), redraft("p"), { kind: "undo", key: "u" }, edit("bc")]) outbox.add(each);
  assert.deepEqual(outbox.waitingEdits, [edit("a").edit, edit("bc").edit]);
});

test("a redraft that waits can be undone", () => {
  const outbox = open();
  outbox.add(redraft("p"));
  assert.equal(outbox.canUndo, true);
});

test("an edit waits until its answer is written, not only received", async () => {
  let finish;
  const write = () => new Promise((resolve) => (finish = resolve));
  const outbox = new Outbox({ transport, imageId: 7, document: change(0), write });
  outbox.add(edit("a"));
  await answer(requests[0], change(1));
  assert.deepEqual([outbox.waiting, outbox.operations.length], [1, 1]);
  finish();
  await calm();
  assert.equal(outbox.waiting, 0);
});

test("what may have reached the server is sent again unchanged, and its answer is told apart", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  await fail(requests[0], new UnreachableError("gone"));
  assert.equal(outbox.state, "offline");
  outbox.add(edit("b"));
  await calm();
  mock.timers.tick(LONGEST_PAUSE);
  const again = requests.at(-1);
  assert.deepEqual([again.keys, again.version, again.content], [["a"], requests[0].version, requests[0].content]);
  await answer(again, change(1));
  assert.equal(written[0][1].wasResent, true);
  assert.deepEqual(requests.at(-1).keys, ["b"]);
  await answer(requests.at(-1), change(2));
  assert.equal(written[1][1].wasResent, false);
  assert.equal(outbox.state, "idle");
});

test("why a server cannot take it now is told, and forgotten when it says nothing", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  await fail(requests.at(-1), new UnreachableError("no room", "store_full"));
  assert.deepEqual([outbox.state, outbox.trouble], ["offline", "store_full"]);
  outbox.send();
  await fail(requests.at(-1), new UnreachableError("gone"));
  assert.deepEqual([outbox.state, outbox.trouble], ["offline", null]);
});

test("retries come ever more slowly, down to one in 15 seconds, and say “offline” all the time", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  const states = new Set();
  outbox.addEventListener("state", () => states.add(outbox.state));
  const pauses = [];
  for (let i = 0; i < 9; i++) {
    await fail(requests.at(-1), new UnreachableError("gone"));
    const before = requests.length;
    let pause = 0;
    while (requests.length === before) (mock.timers.tick(100), (pause += 100));
    pauses.push(pause);
  }
  assert.deepEqual(
    pauses,
    pauses.toSorted((a, b) => a - b),
  );
  assert.ok(pauses[0] <= 1000);
  assert.equal(pauses.at(-1), LONGEST_PAUSE);
  assert.deepEqual([...states], ["offline"]);
});

test("a busy studio is asked again every two seconds or so, and the operator is told only if it lasts", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  const states = [];
  for (let i = 0; i < 8; i++) {
    await fail(requests.at(-1), new UnreachableError("too many", "busy"));
    states.push(outbox.state);
    const before = requests.length;
    let pause = 0;
    while (requests.length === before) (mock.timers.tick(50), (pause += 50));
    assert.ok(pause <= 2500, `waited ${pause} ms`);
    assert.equal(outbox.state, states.at(-1)); // while it tries again, too
  }
  assert.deepEqual(states, ["sending", "sending", ...Array(6).fill("busy")]);
  assert.deepEqual(sent(), Array(9).fill(["a"])); // the very same, each time
  outbox.add(edit("b"));
  await answer(requests.at(-1), change(1));
  await answer(requests.at(-1), change(2));
  assert.deepEqual([outbox.state, outbox.waiting], ["idle", 0]);
});

test("what a busy studio turned away was not stored: its answer is as good as a first one", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  await fail(requests[0], new UnreachableError("too many", "busy"));
  outbox.send();
  await answer(requests[1], change(1));
  assert.equal(written[0][1].wasResent, false);
});

test("what may have been stored before stays unsure while the studio is busy", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  await fail(requests[0], new UnreachableError("gone"));
  outbox.send();
  await fail(requests[1], new UnreachableError("too many", "busy"));
  outbox.send();
  await answer(requests[2], change(1));
  assert.equal(written[0][1].wasResent, true);
});

test("a connection that is back cuts the pause short", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  for (let i = 0; i < 8; i++) {
    await fail(requests.at(-1), new UnreachableError("gone"));
    mock.timers.tick(LONGEST_PAUSE);
  }
  await fail(requests.at(-1), new UnreachableError("gone"));
  const before = requests.length;
  outbox.send();
  assert.equal(requests.length, before + 1);
  await answer(requests.at(-1), change(1));
  mock.timers.tick(10 * LONGEST_PAUSE);
  assert.equal(requests.length, before + 1);
});

test("after a conflict nothing is sent any more, and nothing is forgotten", async () => {
  const outbox = open();
  const conflicts = heard(outbox, "conflict");
  const error = new ConflictError("Aiko drew here.");
  outbox.add(edit("a"));
  await fail(requests[0], error);
  assert.deepEqual([outbox.state, conflicts[0].detail.error], ["stopped", error]);
  outbox.add(edit("b"));
  mock.timers.tick(10 * LONGEST_PAUSE);
  await calm();
  assert.equal(requests.length, 1);
  assert.deepEqual(
    outbox.operations.map(({ key }) => key),
    ["a", "b"],
  );
});

test("after a refusal the same is sent again when the operator says so", async () => {
  const outbox = open();
  const refusals = heard(outbox, "refused");
  outbox.add(edit("a"));
  await fail(requests[0], new RefusedError("Sign in again.", 403));
  assert.deepEqual([outbox.state, refusals[0].detail.error.status], ["stopped", 403]);
  outbox.add(edit("b"));
  outbox.resume();
  assert.deepEqual([requests[1].keys, requests[1].version], [["a"], requests[0].version]);
  await answer(requests[1], change(1));
  assert.deepEqual(requests[2].keys, ["b"]);
});

test("a discarded outbox is empty, also in the tab's storage", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  await fail(requests[0], new ConflictError("Aiko drew here."));
  outbox.discard();
  assert.deepEqual([outbox.waiting, storage.size], [0, 0]);
  assert.equal(open().waiting, 0);
});

test("after a reload, what was sent in vain goes first and unchanged, then the rest", async () => {
  const former = open();
  former.add(edit("a"));
  former.add(edit("b"));
  await answer(requests[0], change(1));
  await fail(requests[1], new UnreachableError("gone"));
  former.add(edit("c"));
  former.close();

  const outbox = open({ document: change(1) });
  assert.deepEqual(
    outbox.operations.map(({ key }) => key),
    ["b", "c"],
  );
  const before = requests.length;
  outbox.send();
  assert.deepEqual([requests[before].keys, requests[before].version], [["b"], requests[1].version]);
  await answer(requests[before], change(2));
  assert.deepEqual(requests[before + 1].keys, ["c"]);
});

test("after a reload, what the server stored unheard is sent on its old version", async () => {
  const former = open();
  former.add(edit("a"));
  former.close();

  const outbox = open({ document: change(1) }); // the server has "a" already
  outbox.send();
  assert.deepEqual([requests[1].keys, requests[1].version], [["a"], { revision: 1, position: 0 }]);
  await answer(requests[1], change(1));
  assert.equal(written[0][1].wasResent, true);
  assert.deepEqual([outbox.waiting, outbox.version.position, storage.size], [0, 1, 0]);
});

test("every photo has its own operations", () => {
  open({ imageId: 7 }).add(edit("a"));
  assert.equal(open({ imageId: 8 }).waiting, 0);
  assert.equal(open({ imageId: 7 }).waiting, 1);
});

test("damaged and forbidden storage do no harm", async () => {
  open().add(edit("lost"));
  storage.damage("{not json");
  assert.equal(open().waiting, 0);
  storage.isForbidden = true;
  requests = [];
  const outbox = open();
  outbox.add(edit("a"));
  await answer(requests[0], change(1));
  assert.deepEqual([outbox.state, outbox.waiting], ["idle", 0]);
});

test("what cannot be undone or redone is dropped instead of sent", async () => {
  const outbox = open();
  outbox.add({ kind: "undo", key: "u" });
  outbox.add({ kind: "redo", key: "r" });
  outbox.add(edit("a"));
  assert.deepEqual(sent(), [["a"]]);
});

test("undo and redo are offered for what waits, too", async () => {
  const outbox = open();
  assert.deepEqual([outbox.canUndo, outbox.canRedo], [false, false]);
  outbox.add(edit("a"));
  assert.deepEqual([outbox.canUndo, outbox.canRedo], [true, false]);
  outbox.add({ kind: "undo", key: "u" });
  assert.equal(outbox.canRedo, true);
  await answer(requests[0], change(1));
  await answer(requests[1], change(2, { can_undo: false, can_redo: true }));
  assert.deepEqual([outbox.canUndo, outbox.canRedo], [false, true]);
});

test("a closed outbox neither sends nor writes, whatever comes", async () => {
  const outbox = open();
  outbox.add(edit("a"));
  outbox.add(edit("b"));
  outbox.close();
  await answer(requests[0], change(1));
  outbox.send();
  mock.timers.tick(10 * LONGEST_PAUSE);
  assert.equal(requests.length, 1);
  assert.deepEqual(written, []);
});

test("a failure after the end is not announced", async () => {
  const outbox = open();
  const events = heard(outbox, "conflict", "refused");
  outbox.add(edit("a"));
  outbox.close();
  await fail(requests[0], new ConflictError("Aiko drew here."));
  assert.deepEqual(events, []);
});

test("every request says what is seen, and after its answer what is seen then", async () => {
  const seen = ["m1", null];
  const outbox = new Outbox({
    transport,
    imageId: 7,
    document: change(0, { matte: "kept" }),
    write: async () => seen.shift(),
  });
  outbox.add(edit("a"));
  assert.deepEqual(requests[0].version, { revision: 1, position: 0, matte: "kept" });
  await answer(requests[0], change(1, { matte: "not what was shown" }));
  assert.deepEqual(outbox.version, { revision: 1, position: 1, matte: "m1" });
  outbox.shows("fine-1-1");
  outbox.add(edit("b"));
  assert.equal(requests[1].version.matte, "fine-1-1");
  await answer(requests[1], change(2));
  assert.deepEqual(outbox.version, { revision: 1, position: 2 });
});

test("what an earlier visit left behind is sent with what was seen there", async () => {
  const outbox = open({ document: change(0, { matte: "kept" }) });
  outbox.add(edit("a"));
  outbox.close();
  open({ document: change(5, { matte: "another" }) }).send();
  assert.deepEqual(requests[1].version, { revision: 1, position: 0, matte: "kept" });
});
