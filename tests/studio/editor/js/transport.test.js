import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  ConflictError,
  RefusedError,
  Transport,
  UnreachableError,
} from "../../../../studio/editor/transport/transport.js";
import { standIn } from "./stand_ins.js";

const VERSION = { revision: 3, position: 8 };

let requests; // {method, path, body} as they were made
let transport;

const answers = (respond) =>
  standIn("fetch", async (path, { method = "GET", body } = {}) => {
    requests.push({ method, path, body: body === undefined ? undefined : JSON.parse(body) });
    return respond();
  });
const json = (body, status = 200) => new Response(JSON.stringify(body), { status });

beforeEach(() => {
  requests = [];
  transport = new Transport("/api/v1/");
});

test("a change names the version that it is based on", async () => {
  answers(() => json({ revision: 3, position: 9 }));
  const stroke = { key: "a", label: "foreground", radius: 8, points: [[1, 2]] };
  assert.deepEqual(await transport.strokes(7, VERSION, [stroke]), { revision: 3, position: 9 });
  await transport.undo(7, VERSION, "b");
  assert.deepEqual(requests, [
    { method: "POST", path: "/api/v1/images/7/strokes", body: { ...VERSION, strokes: [stroke] } },
    { method: "POST", path: "/api/v1/images/7/undo", body: { ...VERSION, key: "b" } },
  ]);
});

test("the queue is asked for its first or for the one after a photo", async () => {
  answers(() => json({ id: 4, left: 2 }));
  assert.deepEqual(await transport.next(), { id: 4, left: 2 });
  await transport.next(4);
  assert.deepEqual(
    requests.map(({ path }) => path),
    ["/api/v1/queue/next", "/api/v1/queue/next?after=4"],
  );
});

test("planes come as they are", async () => {
  answers(() => new Response(new Uint8Array([1, 2, 3])));
  assert.deepEqual(new Uint8Array(await (await transport.trimap(7)).arrayBuffer()), new Uint8Array([1, 2, 3]));
});

test("409 is a conflict, with the server's sentence", async () => {
  answers(() => json({ detail: "Aiko drew here." }, 409));
  await assert.rejects(transport.undo(7, VERSION, "b"), (error) => {
    assert.ok(error instanceof ConflictError);
    assert.equal(error.message, "Aiko drew here.");
    return true;
  });
});

for (const status of [400, 401, 403, 404, 413, 422]) {
  test(`${status} is a refusal, with its status and the server's sentence`, async () => {
    answers(() => json({ detail: "No." }, status));
    await assert.rejects(transport.image(7), (error) => {
      assert.ok(error instanceof RefusedError);
      assert.deepEqual([error.message, error.status], ["No.", status]);
      return true;
    });
  });
}

for (const status of [408, 429, 500, 502, 503, 504]) {
  test(`after ${status} the same request may succeed later`, async () => {
    answers(() => json({ detail: "Later." }, status));
    await assert.rejects(transport.image(7), UnreachableError);
  });
}

test("no connection, and one that breaks within an answer, may come back", async () => {
  answers(() => Promise.reject(new TypeError("NetworkError")));
  await assert.rejects(transport.image(7), UnreachableError);
  answers(() => new Response('{"id": 7, "na'));
  await assert.rejects(transport.image(7), UnreachableError);
});

test("a refusal without a sentence tells its status line", async () => {
  answers(() => new Response("<h1>proxy</h1>", { status: 403, statusText: "Forbidden" }));
  await assert.rejects(transport.image(7), { message: "403 Forbidden" });
  answers(() => json({ detail: [{ msg: "not a sentence" }] }, 422));
  await assert.rejects(transport.image(7), { status: 422, message: "422" });
});

test("leaving needs no answer and fails in silence", async () => {
  answers(() => Promise.reject(new TypeError("NetworkError")));
  await transport.leave(7);
  assert.equal(requests.length, 1);
});
