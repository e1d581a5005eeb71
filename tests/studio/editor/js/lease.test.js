import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Lease } from "../../../../studio/editor/desk/lease.js";
import { ConflictError, UnreachableError } from "../../../../studio/editor/transport/transport.js";

let said, answer, losses, lease, isAwake;

beforeEach((t) => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
  said = [];
  losses = [];
  isAwake = true;
  answer = async () => {};
  const transport = {
    hold: (id) => (said.push(`hold ${id}`), answer()),
    leave: (id) => said.push(`leave ${id}`),
  };
  lease = new Lease({ transport, imageId: 7, lost: (error) => losses.push(error.message), isAwake: () => isAwake });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("takes the photo at once, and says so again every minute", () => {
  lease.hold();
  lease.hold();
  assert.deepEqual(said, ["hold 7"]);
  mock.timers.tick(120_000);
  assert.deepEqual(said, ["hold 7", "hold 7", "hold 7"]);
});

test("says nothing while nobody is at the desk, and again when somebody is", () => {
  lease.hold();
  isAwake = false;
  mock.timers.tick(180_000);
  assert.deepEqual(said, ["hold 7"]);
  isAwake = true;
  mock.timers.tick(60_000);
  assert.deepEqual(said, ["hold 7", "hold 7"]);
});

test("gives the photo back once, and is silent from then on", () => {
  lease.hold();
  lease.release();
  lease.release();
  mock.timers.tick(120_000);
  assert.deepEqual(said, ["hold 7", "leave 7"]);
});

test("what was never taken is not given back", () => {
  lease.release();
  assert.deepEqual(said, []);
});

test("tells when somebody else has the photo in hand", async () => {
  answer = async () => {
    throw new ConflictError("Ren has it", "leased");
  };
  lease.hold();
  await settled();
  assert.deepEqual(losses, ["Ren has it"]);
});

test("a lost connection is no loss of the photo", async () => {
  answer = async () => {
    throw new UnreachableError("gone");
  };
  lease.hold();
  await settled();
  assert.deepEqual(losses, []);
});

test("what is told after the photo was given back is not heard", async () => {
  answer = async () => {
    throw new ConflictError("Ren has it", "leased");
  };
  lease.hold();
  lease.release();
  await settled();
  assert.deepEqual(losses, []);
});
