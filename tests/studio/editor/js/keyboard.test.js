import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { listenToKeys } from "../../../../studio/editor/keymap/keyboard.js";
import { standIn } from "./stand_ins.js";

/** An element that answers to simple selectors: a name, or a name with [type=...]. */
class StandInElement {
  constructor(name, type = null) {
    this.names = [name, `${name}[type=${type}]`];
  }

  matches(selectors) {
    return selectors.split(", ").some((each) => this.names.includes(each));
  }

  closest(selectors) {
    return this.matches(selectors) ? this : null;
  }
}

let done;
let isActive;
let listening;

beforeEach(() => {
  listening?.abort();
  listening = new AbortController();
  standIn("window", new EventTarget());
  standIn("Element", StandInElement);
  done = [];
  isActive = true;
  listenToKeys({
    perform: (action) => done.push(action),
    hold: (isDown) => done.push(`hold ${isDown}`),
    space: (isDown) => done.push(`space ${isDown}`),
    isActive: () => isActive,
    signal: listening.signal,
  });
});

/** Send a key; returns whether the browser keeps its own reaction to it. */
function press(key, { type = "keydown", target = new StandInElement("div"), ...rest } = {}) {
  const event = new Event(type, { cancelable: true });
  const keys = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, isComposing: false, repeat: false };
  Object.assign(event, { ...keys, key, keyCode: 0, composedPath: () => [target], ...rest });
  return window.dispatchEvent(event);
}

test("a letter is a tool, with or without Shift or caps lock", () => {
  press("b");
  press("B", { shiftKey: true });
  assert.deepEqual(done, ["background", "background"]);
});

test("Ctrl and Command undo and redo", () => {
  press("z", { ctrlKey: true });
  press("Z", { ctrlKey: true, shiftKey: true });
  press("z", { metaKey: true });
  press("y", { ctrlKey: true });
  assert.deepEqual(done, ["undo", "redo", "undo", "redo"]);
});

test("a letter with Ctrl or Alt is the browser's own", () => {
  assert.ok(press("b", { ctrlKey: true }));
  assert.ok(press("f", { altKey: true }));
  assert.ok(press("q"));
  assert.deepEqual(done, []);
});

test("what is a shortcut is kept from the browser", () => {
  assert.equal(press("z", { ctrlKey: true }), false);
  assert.equal(press(" "), false);
});

test("a key that is held repeats sizes and undo, but decides only once", () => {
  for (const key of ["]", "["]) press(key, { repeat: true });
  press("z", { ctrlKey: true, repeat: true });
  press("Enter", { repeat: true });
  press("n", { repeat: true });
  assert.deepEqual(done, ["larger", "smaller", "undo"]);
});

test("keys of an input method are its own", () => {
  press("b", { isComposing: true });
  press("Process", { keyCode: 229 });
  press("Enter", { isComposing: true });
  press("b", { keyCode: 229 });
  assert.deepEqual(done, []);
});

test("keys in a text field are the field's, on a slider they are ours", () => {
  for (const field of ["textarea", "select"]) press("b", { target: new StandInElement(field) });
  press("b", { target: new StandInElement("input", "number") });
  assert.deepEqual(done, []);
  press("b", { target: new StandInElement("input", "range") });
  assert.deepEqual(done, ["background"]);
});

test("Enter and the space bar press the button that has the focus, other keys are still ours", () => {
  const target = new StandInElement("button");
  press("Enter", { target });
  press(" ", { target });
  press("u", { target });
  assert.deepEqual(done, ["unknown"]);
});

test("nothing happens while the keyboard is somebody else's", () => {
  isActive = false;
  press("b");
  press("Enter");
  assert.deepEqual(done, []);
});

test("H and the space bar last as long as they are held", () => {
  press("h");
  press("h", { repeat: true });
  press("H", { type: "keyup" });
  press(" ");
  press(" ", { type: "keyup" });
  assert.deepEqual(done, ["hold true", "hold false", "space true", "space false"]);
});

test("a window that loses the focus lets go of what is held", () => {
  press("h");
  press(" ");
  window.dispatchEvent(new Event("blur"));
  assert.deepEqual(done.slice(2).toSorted(), ["hold false", "space false"]);
});

test("nothing is heard after the end", () => {
  listening.abort();
  press("b");
  press("b", { type: "keyup" });
  assert.deepEqual(done, []);
});
