import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isPaintedHere, paintEdit } from "../../../../studio/editor/edits/edit.js";

const { cases } = JSON.parse(readFileSync(new URL("../../../golden/edits.json", import.meta.url), "utf-8"));
const SIGNS = { 0: ".", 128: "?", 255: "#" };

const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex");

function painted({ width, height, base, draft = 0, edits }) {
  const plane = (value) => new Uint8Array(width * height).fill(value);
  const marks = { trimap: plane(base), draft: plane(draft), width, height };
  for (const edit of edits) {
    marks.weight = plane(0);
    paintEdit(marks, edit);
  }
  return marks;
}

test("there are golden vectors of every tool that is painted here", () => {
  const tools = new Set(cases.flatMap(({ edits }) => edits.map(({ tool }) => tool)));
  assert.deepEqual([...tools].toSorted(), ["area", "brush", "fill", "soft_brush"]);
  assert.ok([...tools].every((tool) => isPaintedHere({ tool })));
});

for (const golden of cases) {
  test(`golden vector: ${golden.name}`, () => {
    const { trimap, weight } = painted(golden);
    if (golden.rows !== undefined) {
      const signs = Array.from(trimap, (value) => SIGNS[value]).join("");
      assert.equal(signs.match(RegExp(`.{${golden.width}}`, "g")).join("\n"), golden.rows.join("\n"));
    }
    assert.equal(hashOf(trimap), golden.sha256);
    const isSoft = golden.edits.at(-1).tool === "soft_brush";
    assert.equal(isSoft, golden.weight_sha256 !== undefined);
    if (isSoft) assert.equal(hashOf(weight), golden.weight_sha256);
  });
}

test("what only the server can do is not painted here", () => {
  for (const tool of ["band", "patch", "something new"]) assert.equal(isPaintedHere({ tool }), false);
});

test("a soft stroke opens the trimap also if nobody asks for its weights", () => {
  const edit = { tool: "soft_brush", value: 9, hardness: 100, flow: 100, radius: 8, points: [[18, 18]] };
  const marks = { trimap: new Uint8Array(100), draft: null, width: 10, height: 10 };
  const box = paintEdit(marks, edit);
  assert.equal(marks.trimap[4 * 10 + 4], 128);
  assert.ok(box.left <= 4 && 4 < box.right);
  assert.equal(paintEdit(marks, { ...edit, points: [[-400, 0]] }), null);
});
