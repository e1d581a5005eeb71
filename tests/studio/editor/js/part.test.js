import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { PartTool } from "../../../../studio/editor/tools/part.js";
import { Toolbox } from "../../../../studio/editor/tools/toolbox.js";
import { standInDesk } from "./stand_in_desk.js";

let desk; // its photo is 200 x 100
let tool;

const pixel = (x, y) => ({ pixel: [x, y], quarters: [4 * x + 2, 4 * y + 2], pressure: 1 });
const parts = () => desk.done.map(([what, part]) => (assert.equal(what, "redraft"), part));

beforeEach(() => {
  desk = standInDesk({ tool: "part" });
  tool = new PartTool(desk);
});

function drag([x0, y0], [x1, y1], event) {
  tool.begin(pixel(x0, y0), event);
  tool.move(pixel(x1, y1));
  tool.end(pixel(x1, y1));
}

function click(x, y, event = { altKey: false, button: 0 }) {
  tool.begin(pixel(x, y), event);
  tool.end(pixel(x, y));
}

test("a box is drafted anew as holding a subject, in whatever direction it is dragged", () => {
  drag([20, 30], [59, 49]);
  drag([59, 49], [20, 30]);
  const part = { left: 20, top: 30, right: 60, bottom: 50, subject: true, clicks: [] };
  assert.deepEqual(parts(), [part, part]);
});

test("the box is shown while it is dragged", () => {
  tool.begin(pixel(20, 30));
  tool.move(pixel(10, 40));
  assert.deepEqual(desk.guides.box, { left: 10, top: 30, right: 21, bottom: 41 });
  tool.end(pixel(10, 40));
  assert.equal(desk.guides.box, null);
});

test("a box ends where the photo does", () => {
  drag([150, -20], [900, 900]);
  assert.deepEqual(parts()[0], { left: 150, top: 0, right: 200, bottom: 100, subject: true, clicks: [] });
});

test("a click says that this is foreground, and drafts around it", () => {
  click(100, 50);
  const clicks = [{ x: 100, y: 50, label: "foreground" }];
  assert.deepEqual(parts(), [{ left: 60, top: 10, right: 140, bottom: 90, subject: false, clicks }]);
});

test("with Alt or the right button it says background", () => {
  click(100, 50, { altKey: true, button: 0 });
  click(101, 50, { altKey: false, button: 2 });
  click(102, 50);
  assert.deepEqual(
    parts()
      .at(-1)
      .clicks.map(({ label }) => label),
    ["background", "background", "foreground"],
  );
});

test("a hand that shakes a little while it clicks has clicked", () => {
  drag([100, 50], [106, 80]);
  assert.deepEqual(parts()[0].clicks, [{ x: 106, y: 80, label: "foreground" }]);
  drag([100, 50], [107, 57]);
  assert.equal(parts()[1].subject, true);
});

test("what is drafted around a click ends where the photo does", () => {
  click(3, 98);
  const { left, top, right, bottom } = parts()[0];
  assert.deepEqual([left, top, right, bottom], [0, 58, 43, 100]);
});

test("clicks add up, and what is on its way is not changed by the next one", () => {
  click(100, 50);
  click(120, 60, { altKey: true, button: 0 });
  const [first, second] = parts();
  assert.deepEqual(first.clicks, [{ x: 100, y: 50, label: "foreground" }]);
  assert.deepEqual(second.clicks, [...first.clicks, { x: 120, y: 60, label: "background" }]);
});

test("another photo and a box forget the clicks", () => {
  click(100, 50);
  desk.present = { ...desk.present, info: { ...desk.present.info, id: 2 } };
  click(10, 20);
  assert.equal(parts().at(-1).clicks.length, 1);
  drag([20, 30], [60, 70]);
  click(30, 40);
  assert.deepEqual(parts().at(-1).clicks, [{ x: 30, y: 40, label: "foreground" }]);
});

test("putting the tool away forgets the clicks, calling a box off does not", () => {
  const toolbox = new Toolbox(desk);
  tool = toolbox.current;
  click(100, 50);
  tool.begin(pixel(5, 5));
  tool.cancel();
  click(110, 50);
  assert.equal(parts().at(-1).clicks.length, 2);
  desk.liked = { tool: "fill" };
  void toolbox.current;
  desk.liked = { tool: "part" };
  tool = toolbox.current;
  click(120, 50);
  assert.equal(parts().at(-1).clicks.length, 1);
});

test("a click beside the photo says nothing", () => {
  for (const [x, y] of [
    [-1, 5],
    [5, -1],
    [200, 5],
    [5, 100],
  ])
    click(x, y);
  assert.deepEqual(desk.done, []);
});

test("what is called off does nothing", () => {
  tool.begin(pixel(20, 30));
  tool.move(pixel(80, 90));
  tool.cancel();
  tool.move(pixel(85, 90));
  assert.deepEqual([desk.done, desk.guides.box], [[], null]);
});

test("without a photo nothing happens", () => {
  desk.present = null;
  drag([20, 30], [60, 70]);
  click(5, 5);
  assert.deepEqual(desk.done, []);
});

test("no part of a photo that is made from nothing is drafted", () => {
  desk.present.isBlank = true;
  drag([20, 30], [59, 49]);
  click(100, 50);
  assert.deepEqual(desk.done, []);
  assert.equal(desk.guides.box, null);
});
