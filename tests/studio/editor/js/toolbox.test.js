import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { HAS_OUTLINE, IS_BRUSH, Toolbox, TOOLS, USES_INK } from "../../../../studio/editor/tools/toolbox.js";
import { at, standInDesk } from "./stand_in_desk.js";

let desk;
let toolbox;

const take = (tool) => {
  desk.liked = { ...desk.liked, tool };
  return toolbox.current;
};

beforeEach(() => {
  const outline = { outlineDoes: "ink", bandStep: 4 };
  const soft = { softValue: 100, softHardness: 1, softFlow: 2 };
  desk = standInDesk({
    tool: "brush",
    ink: "unknown",
    brushSize: 8,
    smoothing: 0,
    pressure: false,
    ...outline,
    ...soft,
  });
  toolbox = new Toolbox(desk);
});

test("there is one tool of every name, and it stays the same one", () => {
  const tools = TOOLS.map(take);
  assert.equal(new Set(tools).size, TOOLS.length);
  assert.deepEqual(TOOLS.map(take), tools);
  for (const name of [...USES_INK, ...HAS_OUTLINE, ...IS_BRUSH]) assert.ok(TOOLS.includes(name));
});

test("only brushes have a size", () => {
  assert.deepEqual(
    TOOLS.filter((name) => take(name).ring !== undefined),
    IS_BRUSH,
  );
});

test("taking another tool calls off what the last one was doing", () => {
  take("polygon").begin(at(0, 0));
  assert.equal(desk.guides.outline.length, 1);
  take("lasso");
  assert.equal(desk.guides.outline, null);
  take("brush").begin(at(0, 0), {});
  take("fill");
  assert.deepEqual(desk.done.at(-1), ["cancelStroke"]);
});

test("a click with the bucket fills from its pixel with the ink in hand", () => {
  take("fill").begin(at(43, 9));
  assert.deepEqual(desk.done, [["edit", { tool: "fill", ink: "unknown", x: 10, y: 2 }]]);
  desk.present = null;
  toolbox.current.begin(at(43, 9));
  assert.equal(desk.done.length, 1);
});

test("each brush makes its own kind of edit", () => {
  for (const tool of IS_BRUSH) {
    take(tool).begin(at(0, 0), {});
    assert.equal(desk.done.at(-1)[1].tool, tool);
  }
});
