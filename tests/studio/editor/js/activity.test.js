import assert from "node:assert/strict";
import { test } from "node:test";

import { isSomebodyHere } from "../../../../studio/editor/desk/activity.js";

const MINUTE = 60_000;

test("somebody who came is here for some minutes, and then no more", () => {
  assert.equal(isSomebodyHere(), true);
  assert.equal(isSomebodyHere(Date.now() + 9 * MINUTE), true);
  assert.equal(isSomebodyHere(Date.now() + 11 * MINUTE), false);
});
