import assert from "node:assert/strict";
import { test } from "node:test";

import { patiently } from "../../../../studio/editor/transport/patience.js";
import { RefusedError, UnreachableError } from "../../../../studio/editor/transport/transport.js";

const SOON = { pauses: [1, 1, 1] };
const busy = () => new UnreachableError("too many", "busy");

/** Throws the errors one after the other, then answers; counts how often it was asked. */
function asked(...errors) {
  const ask = async () => {
    ask.count += 1;
    if (errors.length > 0) throw errors.shift();
    return "approved";
  };
  return Object.assign(ask, { count: 0 });
}

test("what a busy studio turned away is asked for again until it has room", async () => {
  const ask = asked(busy(), busy());
  assert.equal(await patiently(ask, SOON), "approved");
  assert.equal(ask.count, 3);
});

test("one that stays busy is told at last", async () => {
  const ask = asked(...Array(9).fill(null).map(busy));
  await assert.rejects(patiently(ask, SOON), { code: "busy" });
  assert.equal(ask.count, 4);
});

test("anything else is told at once: it may have been done already", async () => {
  for (const error of [new UnreachableError("gone"), new UnreachableError("full", "device_full"), new RefusedError("no", 403)]) {
    const ask = asked(error);
    await assert.rejects(patiently(ask, SOON), error);
    assert.equal(ask.count, 1);
  }
});
