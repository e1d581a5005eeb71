import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { loadPreferences, savePreferences } from "../../../../studio/editor/desk/preferences.js";
import { StandInStorage, standIn } from "./stand_ins.js";

let storage;

beforeEach(() => {
  storage = standIn("localStorage", new StandInStorage());
});

test("what was saved is loaded again", () => {
  savePreferences({ ...loadPreferences(), brushSize: 7, backdrop: "white" });
  const { brushSize, backdrop } = loadPreferences();
  assert.deepEqual({ brushSize, backdrop }, { brushSize: 7, backdrop: "white" });
});

test("what an older version did not save has its default", () => {
  const defaults = loadPreferences();
  savePreferences({ brushSize: 7 });
  assert.deepEqual(loadPreferences(), { ...defaults, brushSize: 7 });
});

test("damaged storage gives the defaults", () => {
  const defaults = loadPreferences();
  savePreferences({ brushSize: 7 });
  storage.damage("{not json");
  assert.deepEqual(loadPreferences(), defaults);
});

test("forbidden storage does no harm", () => {
  const defaults = loadPreferences();
  storage.isForbidden = true;
  savePreferences({ brushSize: 7 });
  assert.deepEqual(loadPreferences(), defaults);
});

test("changing what was loaded does not change the defaults", () => {
  const size = loadPreferences().brushSize;
  loadPreferences().brushSize = 999;
  assert.equal(loadPreferences().brushSize, size);
});
