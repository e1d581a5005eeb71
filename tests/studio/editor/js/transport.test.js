import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

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
  const edit = { tool: "brush", ink: "foreground", radius: 8, points: [[1, 2]] };
  const part = { left: 1, top: 2, right: 3, bottom: 4, subject: false, clicks: [] };
  assert.deepEqual(await transport.edits(7, VERSION, [{ key: "a", edit }]), { revision: 3, position: 9 });
  await transport.preview(7, VERSION, edit);
  await transport.redraft(7, VERSION, "p", part);
  for (const step of ["undo", "redo"]) await transport[step](7, VERSION, "b");
  for (const whole of ["recompute", "settle", "approve", "submit"]) await transport[whole](7, VERSION);
  const post = (path, body) => ({ method: "POST", path: `/api/v1/images/7/${path}`, body });
  assert.deepEqual(requests, [
    post("edits", { ...VERSION, edits: [{ key: "a", edit }] }),
    post("preview", { ...VERSION, edit }),
    post("redraft", { ...VERSION, key: "p", ...part }),
    post("undo", { ...VERSION, key: "b" }),
    post("redo", { ...VERSION, key: "b" }),
    ...["recompute", "settle", "approve", "submit"].map((path) => post(path, VERSION)),
  ]);
});

test("what is decided or marked without looking at a version names none", async () => {
  answers(() => json({}));
  await transport.giveBack(7, "the strap");
  await transport.skip(7, "");
  await transport.reopen(7);
  await transport.flag(7);
  await transport.flag(7, "look");
  await transport.unflag(7);
  await transport.addNote(7, { x: 1, y: 2, text: "here" });
  await transport.resolveNote(7, 4);
  const told = requests.map(({ method, path, body }) => [method, path.replace("/api/v1/images/7/", ""), body]);
  assert.deepEqual(told, [
    ["POST", "return", { reason: "the strap" }],
    ["POST", "skip", { reason: "" }],
    ["POST", "reopen", {}],
    ["POST", "flag", { note: "" }],
    ["POST", "flag", { note: "look" }],
    ["POST", "unflag", {}],
    ["POST", "notes", { x: 1, y: 2, text: "here" }],
    ["POST", "notes/4/resolve", {}],
  ]);
});

test("what helps to look is read from where it lies", async () => {
  answers(() => json({ notes: [], after: null }));
  for (const what of ["doubt", "slips", "notes"]) await transport[what](7);
  await transport.guidelines(7);
  await transport.draftTrimap(7).catch(() => {});
  for (const which of ["draft", "approved"]) await transport.versionAlpha(7, which);
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`),
    [
      "GET /images/7/doubt",
      "GET /images/7/slips",
      "GET /images/7/notes",
      "GET /guidelines?image=7",
      "GET /images/7/draft/trimap",
      "GET /images/7/draft/alpha",
      "GET /images/7/approved/alpha",
    ],
  );
});

test("what was done today is counted by the operator's own clock: minutes ahead of UTC", async () => {
  answers(() => json({}));
  const offset = mock.method(Date.prototype, "getTimezoneOffset", () => -540); // Japan
  await transport.today();
  offset.mock.restore();
  assert.equal(requests[0].path, "/api/v1/desk/today?offset_minutes=540");
});

test("the queue is asked for its first or for the one after a photo", async () => {
  answers(() => json({ id: 4 }));
  assert.deepEqual(await transport.next(), { id: 4 });
  await new Transport("/api/v1", { project: 3 }).next(4, [2]);
  assert.deepEqual(requests, [
    { method: "POST", path: "/api/v1/queue/next", body: { after: null, passed: [], project: null } },
    { method: "POST", path: "/api/v1/queue/next", body: { after: 4, passed: [2], project: 3 } },
  ]);
});

test("a reviewer's next photo is what waits for a decision", async () => {
  answers(() => json({ id: 4, left: 2 }));
  const reviewing = new Transport("/api/v1", { project: 3, isReview: true });
  await reviewing.next();
  await reviewing.next(4, [2]);
  await reviewing.left();
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    ["", "after=4&", ""].map((after) => `GET /api/v1/reviews/next?${after}project=3`),
  );
});

test("how many wait is asked of all projects or of one", async () => {
  answers(() => json({ left: 2 }));
  assert.deepEqual(await transport.left(), { left: 2 });
  await new Transport("/api/v1", { project: 3 }).left();
  assert.deepEqual(
    requests.map(({ path }) => path),
    ["/api/v1/queue/left", "/api/v1/queue/left?project=3"],
  );
});

test("working time is told with what it was for, even by a page that is left", async () => {
  let options;
  standIn("fetch", async (path, given) => {
    options = { path, ...given };
    return new Response(null, { status: 204 });
  });
  const spans = [{ began_ago: 4, ended_ago: 0.5 }];
  assert.equal(await transport.work(7, "review", spans), null);
  assert.deepEqual([options.path, options.method, options.keepalive], ["/api/v1/images/7/work", "POST", true]);
  assert.deepEqual(JSON.parse(options.body), { purpose: "review", spans });
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

for (const status of [408, 429, 500, 502, 503, 504, 507]) {
  test(`after ${status} the same request may succeed later`, async () => {
    answers(() => json({ detail: "Later." }, status));
    await assert.rejects(transport.image(7), UnreachableError);
  });
}

test("a server that cannot do it now says why", async () => {
  answers(() => json({ detail: "There is no room left.", code: "store_full" }, 507));
  await assert.rejects(transport.image(7), { message: "There is no room left.", code: "store_full" });
});

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

test("a list that comes a page at a time is read to its end", async () => {
  const pages = [
    { notes: [{ id: 1 }, { id: 2 }], after: 2 },
    { notes: [{ id: 3 }], after: null },
  ];
  answers(() => json(pages.shift()));
  assert.deepEqual(await transport.notes(7), [{ id: 1 }, { id: 2 }, { id: 3 }]);
  assert.deepEqual(
    requests.map(({ path }) => path),
    ["/api/v1/images/7/notes", "/api/v1/images/7/notes?after=2"],
  );
});

test("an alpha comes with what it is called, whatever a proxy makes of the header", async () => {
  for (const [tag, matte] of [['"fine-3-5"', "fine-3-5"], ['W/"kept"', "kept"], [null, null]]) {
    answers(() => new Response("png", { headers: tag === null ? {} : { ETag: tag } }));
    const shown = await transport.shownAlpha(7);
    assert.deepEqual([await shown.blob.text(), shown.matte], ["png", matte]);
  }
});
