import assert from "node:assert/strict";
import { test } from "node:test";

import { paintFill } from "../../../../studio/editor/edits/fill.js";

const SIGNS = { ".": 0, "?": 128, "#": 255 };

/** Fill a trimap that is drawn with . for background, ? for unknown and # for foreground. */
function filled(rows, { ink = "unknown", x, y, draft = null }) {
  const width = rows[0].length;
  const trimap = Uint8Array.from([...rows.join("")], (sign) => SIGNS[sign]);
  const box = paintFill({ trimap, draft, width, height: rows.length }, { ink, x, y });
  const signs = [...trimap].map((value) => Object.keys(SIGNS).find((sign) => SIGNS[sign] === value)).join("");
  return { box, rows: rows.map((_, row) => signs.slice(row * width, (row + 1) * width)) };
}

test("fills around corners, and stops at another label", () => {
  const { rows, box } = filled(["..#....", ".##.##.", ".#..#..", ".####..", "......#"], { x: 0, y: 4 });
  assert.deepEqual(rows, ["??#????", "?##?##?", "?#??#??", "?####??", "??????#"]);
  assert.deepEqual(box, { left: 0, top: 0, right: 7, bottom: 5 });
});

test("does not slip through a diagonal", () => {
  const { rows } = filled(["..#", ".#.", "#.."], { x: 2, y: 2 });
  assert.deepEqual(rows, ["..#", ".#?", "#??"]);
});

test("comes back into a pocket from below and from above", () => {
  const { rows } = filled([".....", ".###.", ".#.#.", ".#.#.", "....."], { x: 0, y: 0 });
  assert.deepEqual(rows, ["?????", "?###?", "?#?#?", "?#?#?", "?????"]);
});

test("does not run over the edge of a row into the next one", () => {
  const { rows } = filled(["#..", "..#", "###"], { x: 2, y: 0, ink: "foreground" });
  assert.deepEqual(rows, ["###", "###", "###"]);
  assert.deepEqual(filled(["..#", "#.#", "..#", "###"], { x: 1, y: 1 }).rows, ["??#", "#?#", "??#", "###"]);
  assert.deepEqual(filled(["##.", ".##", "###"], { x: 2, y: 0 }).rows, ["##?", ".##", "###"]);
});

test("the box holds what was filled and no more", () => {
  const { box } = filled(["#####", "#..##", "#..##", "#####"], { x: 1, y: 1 });
  assert.deepEqual(box, { left: 1, top: 1, right: 3, bottom: 3 });
});

test("filling with the label that is there changes nothing, and ends", () => {
  const { rows } = filled(["..", ".."], { x: 0, y: 0, ink: "background" });
  assert.deepEqual(rows, ["..", ".."]);
});

test("fills with the draft pixel by pixel, though what it lays looks like what it fills", () => {
  const draft = Uint8Array.from([255, 0, 128, 0, 255, 0]);
  const { rows } = filled(["...", ".#."], { x: 0, y: 0, ink: "draft", draft });
  assert.deepEqual(rows, ["#.?", ".#."]);
});

test("outside the image there is nothing to fill", () => {
  for (const [x, y] of [
    [-1, 0],
    [0, -1],
    [2, 0],
    [0, 2],
  ]) {
    const { rows, box } = filled(["..", ".."], { x, y });
    assert.deepEqual([rows, box], [["..", ".."], null]);
  }
});

test("a comb of many teeth fills in no time", () => {
  const side = 601;
  const rows = Array.from({ length: side }, (_, row) =>
    row === 0 ? ".".repeat(side) : ".#".repeat(side).slice(0, side),
  );
  assert.ok(filled(rows, { x: 0, y: 0 }).rows.every((row) => !row.includes(".")));
});
