import assert from "node:assert/strict";
import { test } from "node:test";

import {
  actionsByKey,
  canBeGiven,
  HELD,
  inWords,
  keysOf,
  rebound,
  REPEATED,
  USUAL_KEYS,
} from "../../../../studio/editor/keymap/shortcuts.js";
import { standIn } from "./stand_ins.js";

test("no two actions have the same usual key, and every action has one that may be given", () => {
  const keys = Object.values(USUAL_KEYS).flat();
  assert.equal(new Set(keys).size, keys.length);
  for (const usual of Object.values(USUAL_KEYS)) assert.ok(usual.length > 0 && usual.every(canBeGiven));
});

test("what is held or repeated is an action, and none is both", () => {
  for (const action of [...HELD, ...REPEATED]) assert.ok(action in USUAL_KEYS, action);
  assert.deepEqual(
    HELD.filter((action) => REPEATED.includes(action)),
    [],
  );
});

test("the operator's own keys stand in place of the usual ones", () => {
  const own = { brush: ["9"] };
  assert.deepEqual(keysOf(own).brush, ["9"]);
  assert.deepEqual(keysOf(own).lasso, USUAL_KEYS.lasso);
  const [action, former] = [actionsByKey(own)["9"], actionsByKey(own).d];
  assert.deepEqual([action, former], ["brush", undefined]);
});

test("an action may have several keys, or none", () => {
  const found = actionsByKey({ lasso: [] });
  assert.deepEqual([found["Mod+y"], found["Mod+Shift+z"], found.l], ["redo", "redo", undefined]);
});

test("a free key is given to an action in place of all it had", () => {
  assert.deepEqual(rebound({}, "redo", "9"), { redo: ["9"] });
});

test("a key is taken from whoever had it, who keeps the rest", () => {
  assert.deepEqual(rebound({}, "brush", "l"), { lasso: [], brush: ["l"] });
  assert.deepEqual(rebound({}, "brush", "Mod+y"), { redo: ["Mod+Shift+z"], brush: ["Mod+y"] });
  assert.deepEqual(rebound({ brush: ["l"], lasso: [] }, "fill", "l"), { brush: [], lasso: [], fill: ["l"] });
});

test("giving an action the key it has leaves it that key alone", () => {
  assert.deepEqual(rebound({}, "brush", "d"), { brush: ["d"] });
  assert.deepEqual(rebound({}, "redo", "Mod+y"), { redo: ["Mod+y"] });
});

test("rebinding leaves what it was given as it was", () => {
  const own = Object.freeze({ redo: Object.freeze(["Mod+y", "9"]) });
  assert.deepEqual(rebound(own, "undo", "9"), { redo: ["Mod+y"], undo: ["9"] });
  assert.deepEqual(USUAL_KEYS.undo, ["Mod+z"]);
});

test("whatever is rebound, a key stays with one action", () => {
  let own = {};
  const actions = Object.keys(USUAL_KEYS);
  const keys = Object.values(USUAL_KEYS).flat();
  for (let i = 0; i < 300; i++) own = rebound(own, actions[(i * 7) % actions.length], keys[(i * 11) % keys.length]);
  const bound = Object.values(keysOf(own)).flat();
  assert.equal(new Set(bound).size, bound.length);
});

test("keys that the browser, the dialogs or the hand need cannot be given, nor can any with Alt", () => {
  for (const key of [" ", "Escape", "Tab", "Shift", "Control", "Alt", "Meta", "Backspace", "F5", "F11", "F12", null]) {
    assert.equal(canBeGiven(key), false, key);
  }
  for (const key of ["d", "Enter", "F1", "?", "Mod+d", "ArrowLeft"]) assert.equal(canBeGiven(key), true, key);
});

test("keys read as a person names them", () => {
  const words = { z: "Z", "Mod+z": "Ctrl + Z", "Mod+Shift+z": "Ctrl + Shift + Z", "Mod+Enter": "Ctrl + Enter" };
  Object.assign(words, {
    "+": "+",
    "Mod++": "Ctrl + +",
    "Mod+Shift++": "Ctrl + Shift + +",
    "?": "?",
    F1: "F1",
    0: "0",
  });
  Object.assign(words, { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", "Mod+ArrowDown": "Ctrl + ↓" });
  for (const [key, read] of Object.entries(words)) assert.equal(inWords(key, false), read);
});

test("on a Mac it is the command key", () => {
  assert.equal(inWords("Mod+z", true), "⌘ + Z");
  standIn("navigator", { platform: "MacIntel" });
  assert.equal(inWords("Mod+z"), "⌘ + Z");
  standIn("navigator", { platform: "Linux x86_64" });
  assert.equal(inWords("Mod+z"), "Ctrl + Z");
});
