import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { numberField } from "../../../../studio/editor/frame/controls.js";
import { StandInElement, standInDocument } from "./stand_ins.js";

let field;
let changes;

beforeEach(() => {
  standInDocument();
  changes = [];
  const kit = { say: (key) => `“${key}”`, keep: (name, made) => made, changed: (number) => changes.push(number) };
  field = numberField("brushSize.pixels", { ...kit, min: 2, max: 1024 });
});

/** What the field tells when `text` was typed and the field is left. */
function typed(text) {
  field.value = text;
  field.dispatchEvent(new Event("change"));
  return changes.at(-1);
}

test("is a text field, for a number field would refuse full-width digits, but shows digits on a tablet", () => {
  assert.ok(field instanceof StandInElement);
  assert.deepEqual([field.tag, field.type, field.inputMode], ["input", "text", "numeric"]);
  assert.equal(field.attributes["aria-label"], "“brushSize.pixels”");
});

test("takes plain and full-width digits", () => {
  assert.deepEqual(["40", " 40 ", "４０", "４０．５", "12.5"].map(typed), [40, 40, 40, 40.5, 12.5]);
});

test("keeps within its limits", () => {
  assert.deepEqual(["1", "0.5", "2", "1024", "９９９９"].map(typed), [2, 2, 2, 1024, 1024]);
});

test("tells null of what is no number above zero", () => {
  assert.deepEqual(["", "  ", "abc", "４０px", "-5", "０", "1/0", "Infinity"].map(typed), Array(8).fill(null));
});

test("Enter leaves it, but not while an input method composes; other keys stay", () => {
  let left = 0;
  field.blur = () => (left += 1);
  const press = (key, isComposing = false) =>
    field.dispatchEvent(Object.assign(new Event("keydown"), { key, isComposing }));
  press("4");
  press("Enter", true);
  assert.equal(left, 0);
  press("Enter");
  assert.equal(left, 1);
});

test("what is in it is selected when it is entered, so that typing replaces it", () => {
  let selected = 0;
  field.select = () => (selected += 1);
  field.dispatchEvent(new Event("focus"));
  assert.equal(selected, 1);
});
