import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { actionsOf } from "../../../../studio/editor/actions.js";
import { USUAL_KEYS } from "../../../../studio/editor/keymap/shortcuts.js";
import { Looking } from "../../../../studio/editor/view/looking.js";
import { decoded, deferred, greyPng } from "./stand_ins.js";

let asked; // versions that were asked for: {which, resolve, reject}
let editor;
let flashes;
let actions;

beforeEach(() => {
  asked = [];
  flashes = [];
  const versionAlpha = (_, which) => {
    const request = { which, ...deferred() };
    asked.push(request);
    return request.promise;
  };
  const done = [];
  const session = {
    info: { id: 7, width: 10, height: 10 },
    planes: { cutOutBy: (bytes) => bytes },
    edit: (edit) => done.push(edit),
  };
  editor = {
    done,
    session,
    preferences: { brushSize: 40, bandStep: 4, compareWith: "draft", tool: "brush", ink: "foreground" },
    prefer: (changed) => Object.assign(editor.preferences, changed),
    looking: new Looking({ versionAlpha }),
    wipe: { isWanted: false },
    cutoutPane: { isOtherShown: false },
    stage: { invalidate() {} },
    walk: { flash: (text) => flashes.push(text) },
    say: (key) => key,
  };
  editor.looking.open(session);
  actions = actionsOf(editor);
});

async function answer(i) {
  asked[i].resolve(new Blob([greyPng(1, 1, [i])]));
  await decoded();
}

test("every shortcut has an action", () => {
  for (const action of Object.keys(USUAL_KEYS)) assert.equal(typeof actions[action], "function", action);
});

test("the other version is shown as long as its key is held", async () => {
  actions.blink(true);
  await answer(0);
  assert.deepEqual([editor.cutoutPane.isOtherShown, editor.looking.other === null], [true, false]);
  actions.blink(false);
  assert.deepEqual([editor.cutoutPane.isOtherShown, editor.looking.other], [false, null]);
});

test("a key that was released before the other version came leaves nothing of it", async () => {
  actions.blink(true);
  actions.blink(false);
  await answer(0);
  assert.equal(editor.looking.other, null);
});

test("releasing the key leaves a comparison that was asked for by itself", async () => {
  actions.wipe();
  await answer(0);
  actions.blink(true);
  actions.blink(false);
  assert.notEqual(editor.looking.other, null);
  assert.deepEqual([asked.length, editor.wipe.isWanted], [1, true]);
});

test("a comparison that was switched off and on again ends up on, whatever comes when", async () => {
  for (let i = 0; i < 3; i++) actions.wipe();
  await answer(1);
  await answer(0);
  assert.deepEqual([[...editor.looking.other], editor.wipe.isWanted], [[1], true]);
});

test("comparing with another version shows that one, also if the first comes later", async () => {
  actions.wipe();
  actions.compareWith("approved");
  assert.deepEqual(
    asked.map(({ which }) => which),
    ["draft", "approved"],
  );
  await answer(1);
  await answer(0);
  assert.deepEqual([[...editor.looking.other], editor.wipe.isWanted], [[1], true]);
});

test("an ink in the hand of the alpha brush takes the hard brush", () => {
  editor.preferences.tool = "soft_brush";
  actions.unknown();
  assert.deepEqual([editor.preferences.ink, editor.preferences.tool], ["unknown", "brush"]);
  editor.preferences.tool = "lasso";
  actions.background();
  assert.deepEqual([editor.preferences.ink, editor.preferences.tool], ["background", "lasso"]);
});

test("the band is moved out and in by as much as was chosen", () => {
  actions.widen();
  actions.narrow();
  assert.deepEqual(editor.done, [
    { tool: "band", by: 4 },
    { tool: "band", by: -4 },
  ]);
});
