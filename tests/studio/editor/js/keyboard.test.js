import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { listenToKeys, nameOf } from "../../../../studio/editor/keymap/keyboard.js";
import { standIn } from "./stand_ins.js";

/** An element that answers to simple selectors: a name, or a name with [type=...]; it may lie in another one. */
class SimpleElement {
  constructor(name, type = null, parent = null) {
    this.names = [name, `${name}[type=${type}]`];
    this.parent = parent;
  }

  matches(selectors) {
    return selectors.split(", ").some((each) => this.names.includes(each));
  }

  closest(selectors) {
    return this.matches(selectors) ? this : (this.parent?.closest(selectors) ?? null);
  }
}

let done;
let isActive;
let listening;
let own; // the operator's keys
let takes; // the names of keys that raw() takes
let raw; // what raw() was asked about

beforeEach(() => {
  listening?.abort();
  listening = new AbortController();
  standIn("window", new EventTarget());
  standIn("Element", SimpleElement);
  done = [];
  isActive = true;
  own = {};
  takes = [];
  raw = [];
  listenToKeys({
    perform: (action) => done.push(action),
    hold: (action, isDown) => done.push(`${action} ${isDown ? "down" : "up"}`),
    space: (isDown) => done.push(`space ${isDown ? "down" : "up"}`),
    raw: (event, name) => {
      raw.push([event.key, name]);
      return takes.includes(name);
    },
    keys: () => own,
    isActive: () => isActive,
    signal: listening.signal,
  });
});

const NO_MODIFIERS = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

/** Send a key; returns whether the browser keeps its own reaction to it. */
function press(key, { type = "keydown", target = new SimpleElement("div"), code = "", ...rest } = {}) {
  const event = new Event(type, { cancelable: true });
  Object.assign(event, { ...NO_MODIFIERS, repeat: false, key, code, composedPath: () => [target], ...rest });
  return window.dispatchEvent(event);
}

const release = (key, rest = {}) => press(key, { type: "keyup", ...rest });

test("a letter does its action, with or without Shift or caps lock", () => {
  press("b");
  press("B", { shiftKey: true });
  press("B");
  assert.deepEqual(done, ["background", "background", "background"]);
});

test("Ctrl and Command undo and redo", () => {
  press("z", { ctrlKey: true });
  press("Z", { ctrlKey: true, shiftKey: true });
  press("z", { metaKey: true });
  press("Z", { ctrlKey: true }); // caps lock
  press("y", { ctrlKey: true });
  assert.deepEqual(done, ["undo", "redo", "undo", "undo", "redo"]);
});

test("a letter with Ctrl or Alt is the browser's own", () => {
  assert.ok(press("b", { ctrlKey: true }));
  assert.ok(press("f", { altKey: true }));
  assert.ok(press("z", { altKey: true, ctrlKey: true }));
  assert.ok(press("9"));
  assert.deepEqual(done, []);
});

test("what is a shortcut is kept from the browser", () => {
  assert.equal(press("z", { ctrlKey: true }), false);
  assert.equal(press("F1"), false);
  assert.equal(press(" "), false);
  assert.equal(press("h", { code: "KeyH", repeat: true }), false);
});

test("full-width letters and signs count as the plain ones", () => {
  for (const key of ["ｆ", "Ｆ", "？", "［", "．", "＋", "０"]) press(key);
  assert.deepEqual(done, ["foreground", "foreground", "help", "smaller", "widen", "zoomIn", "fit"]);
});

test("an input method that took the key tells where it lies", () => {
  for (const key of ["Process", "Unidentified"]) press(key, { code: "KeyF" });
  press("Process", { code: "Digit1" });
  press("Process", { code: "KeyZ", ctrlKey: true });
  assert.deepEqual(done, ["foreground", "foreground", "actualSize", "undo"]);
});

test("what an input method took and no letter or digit is does nothing", () => {
  assert.ok(press("Process", { code: "Backquote" }));
  assert.ok(press("Process", { code: "" }));
  assert.deepEqual(done, []);
});

test("kana, and letters of other alphabets, count by their place on the keyboard", () => {
  press("は", { code: "KeyF" });
  press("ﾊ", { code: "KeyF" }); // half-width
  press("и", { code: "KeyB" });
  press("ぬ", { code: "Digit1" });
  assert.deepEqual(done, ["foreground", "foreground", "background", "actualSize"]);
});

test("a Latin letter counts as what it says, wherever it lies", () => {
  press("f", { code: "KeyE" }); // Colemak
  press("ｆ", { code: "KeyE" });
  press("é", { code: "Digit0" }); // no shortcut, and not taken for one
  assert.deepEqual(done, ["foreground", "foreground"]);
});

test("names are written as the shortcuts are", () => {
  const named = (key, more) => nameOf({ ...NO_MODIFIERS, code: "", key, ...more });
  assert.equal(named("Z", { metaKey: true, shiftKey: true }), "Mod+Shift+z");
  assert.equal(named("Enter", { ctrlKey: true }), "Mod+Enter");
  assert.equal(named("Escape"), "Escape");
  assert.equal(named("?", { shiftKey: true }), "?");
  assert.equal(named("f", { altKey: true }), null);
});

test("the operator's own keys are heard as soon as they are chosen", () => {
  press("9");
  own = { foreground: ["9"] };
  press("9");
  press("f");
  assert.deepEqual(done, ["foreground"]);
});

test("a key that is held repeats sizes and undo, but decides only once", () => {
  for (const key of ["]", "["]) press(key, { repeat: true });
  press("z", { ctrlKey: true, repeat: true });
  press("Enter", { repeat: true });
  press("n", { repeat: true });
  assert.deepEqual(done, ["larger", "smaller", "undo"]);
});

test("a key that lasts begins once and ends with its release", () => {
  press("h", { code: "KeyH" });
  press("h", { code: "KeyH", repeat: true });
  release("h", { code: "KeyH" });
  release("h", { code: "KeyH" });
  assert.deepEqual(done, ["hideOverlay down", "hideOverlay up"]);
});

test("a held key ends when it is released under another name", () => {
  for (const [down, up] of [
    ["h", "H"],
    ["h", "Process"],
    ["く", "h"],
    ["Process", "く"],
  ]) {
    done = [];
    press(down, { code: "KeyH" });
    release(up, { code: "KeyH" });
    assert.deepEqual(done, ["hideOverlay down", "hideOverlay up"], `${down} ${up}`);
  }
});

test("a held key ends with Alt down, in a text field, and when the keyboard has become somebody else's", () => {
  for (const rest of [{ altKey: true }, { target: new SimpleElement("textarea") }]) {
    done = [];
    press("h", { code: "KeyH" });
    isActive = false;
    release("h", { code: "KeyH", ...rest });
    isActive = true;
    assert.deepEqual(done, ["hideOverlay down", "hideOverlay up"]);
  }
});

test("of two keys that are held, each ends for itself", () => {
  press("h", { code: "KeyH" });
  press("z", { code: "KeyZ" });
  release("x", { code: "KeyX" });
  release("h", { code: "KeyH" });
  release("z", { code: "KeyZ" });
  assert.deepEqual(done, ["hideOverlay down", "loupe down", "hideOverlay up", "loupe up"]);
});

test("a key that was rebound while it was held ends what it began", () => {
  press("h", { code: "KeyH" });
  own = { hideOverlay: ["9"], loupe: ["h"] };
  release("h", { code: "KeyH" });
  assert.deepEqual(done, ["hideOverlay down", "hideOverlay up"]);
});

test("the space bar lasts as long as it is held, also the one of an input method", () => {
  for (const key of [" ", "　"]) {
    press(key, { code: "Space" });
    release(key, { code: "Space" });
  }
  assert.deepEqual(done, ["space down", "space up", "space down", "space up"]);
});

test("keys in a text field are the field's, whatever an input method makes of them", () => {
  const fields = ["textarea", "select"].map((name) => new SimpleElement(name));
  fields.push(new SimpleElement("input", "text"), new SimpleElement("input", "number"));
  for (const target of fields) {
    for (const key of ["b", "Enter", " ", "Escape", "ｂ"]) assert.ok(press(key, { target }));
    assert.ok(press("Process", { code: "KeyB", target }));
    assert.ok(press("z", { ctrlKey: true, target }));
  }
  assert.deepEqual([done, raw], [[], []]);
});

test("an element within one that can be written into is a text field, too", () => {
  const target = new SimpleElement("b", null, new SimpleElement("[contenteditable='true']"));
  press("b", { target });
  assert.deepEqual(done, []);
});

test("on a slider or a checkbox the keys are ours", () => {
  for (const type of ["range", "checkbox"]) press("b", { target: new SimpleElement("input", type) });
  assert.deepEqual(done, ["background", "background"]);
});

test("Enter and the space bar press the button that has the focus, other keys are still ours", () => {
  const button = new SimpleElement("button");
  for (const target of [button, new SimpleElement("svg", null, button)]) {
    assert.ok(press("Enter", { target }));
    assert.ok(press(" ", { target }));
    press("u", { target });
  }
  assert.deepEqual(
    [done, raw.map(([key]) => key)],
    [
      ["unknown", "unknown"],
      ["u", "u"],
    ],
  );
});

test("Enter anywhere else approves", () => {
  press("Enter");
  press("Enter", { ctrlKey: true });
  assert.deepEqual(done, ["approve", "submit"]);
});

test("whoever is in the middle of something hears a key first, and keeps it from everybody if it takes it", () => {
  takes = ["Enter", "Escape"];
  assert.equal(press("Enter"), false);
  assert.equal(press("Escape"), false);
  assert.deepEqual(done, []);
  press("ｆ");
  press("f", { altKey: true });
  assert.deepEqual(raw, [
    ["Enter", "Enter"],
    ["Escape", "Escape"],
    ["ｆ", "f"],
    ["f", null],
  ]);
  assert.deepEqual(done, ["foreground"]);
});

test("Escape that nobody takes is the browser's", () => {
  assert.ok(press("Escape"));
});

test("nothing happens while the keyboard is somebody else's", () => {
  isActive = false;
  takes = ["Enter"];
  assert.ok(press("b"));
  assert.ok(press("Enter"));
  assert.ok(press(" "));
  assert.deepEqual([done, raw], [[], []]);
});

test("a window that loses the focus lets go of what is held", () => {
  press("h", { code: "KeyH" });
  press("y", { code: "KeyY" });
  press(" ", { code: "Space" });
  window.dispatchEvent(new Event("blur"));
  assert.deepEqual(done.slice(3).toSorted(), ["blink up", "hideOverlay up", "space up"]);
  release("h", { code: "KeyH" });
  assert.equal(done.length, 6);
});

test("nothing is heard after the end", () => {
  press("h", { code: "KeyH" });
  listening.abort();
  press("b");
  release("h", { code: "KeyH" });
  window.dispatchEvent(new Event("blur"));
  assert.deepEqual(done, ["hideOverlay down"]);
});
