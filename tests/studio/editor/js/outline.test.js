import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { LassoTool, PolygonTool } from "../../../../studio/editor/tools/outline.js";
import { at, standInDesk } from "./stand_in_desk.js";

const CORNERS = [
  [0, 0],
  [400, 0],
  [400, 300],
];

let desk;
let tool;

const edits = () => desk.done.map(([what, edit]) => (assert.equal(what, "edit"), edit));

beforeEach(() => {
  desk = standInDesk({ ink: "foreground", outlineDoes: "ink", bandStep: 4 });
});

describe("lasso", () => {
  beforeEach(() => {
    tool = new LassoTool(desk);
  });

  const draw = (points) => {
    tool.begin(at(...points[0]));
    for (const point of points.slice(1)) tool.move(at(...point));
    tool.end(at(...points.at(-1)));
  };

  test("labels what it goes around when the hand is lifted", () => {
    draw(CORNERS);
    assert.deepEqual(edits(), [{ tool: "area", ink: "foreground", points: CORNERS }]);
    assert.equal(desk.guides.outline, null);
  });

  test("shows its line while it is drawn", () => {
    tool.begin(at(0, 0));
    tool.move(at(40, 0));
    assert.deepEqual(desk.guides.outline, [
      [0, 0],
      [40, 0],
    ]);
  });

  test("leaves out corners that are too fine, along either axis", () => {
    draw([
      [0, 0],
      [5, 5],
      [6, 0],
      [6, -5],
      [6, -6],
      [100, -100],
    ]);
    assert.deepEqual(edits()[0].points, [
      [0, 0],
      [6, 0],
      [6, -6],
      [100, -100],
    ]);
  });

  test("never grows beyond what an edit may hold", () => {
    draw(Array.from({ length: 20_100 }, (_, i) => [6 * i, i % 2]));
    assert.equal(edits()[0].points.length, 20_000);
  });

  test("a click or a line encloses nothing", () => {
    draw([[0, 0]]);
    draw([
      [0, 0],
      [50, 50],
    ]);
    assert.deepEqual(desk.done, []);
    assert.equal(desk.guides.outline, null);
  });

  test("that is called off does nothing, and the next one starts afresh", () => {
    tool.begin(at(9, 9));
    tool.move(at(90, 90));
    tool.cancel();
    assert.equal(desk.guides.outline, null);
    tool.end(at(90, 90));
    assert.deepEqual(desk.done, []);
    draw(CORNERS);
    assert.deepEqual(edits()[0].points, CORNERS);
  });

  test("without a photo does nothing", () => {
    desk.present = null;
    draw(CORNERS);
    assert.deepEqual(desk.done, []);
  });
});

describe("polygon", () => {
  beforeEach(() => {
    tool = new PolygonTool(desk);
  });

  const click = (x, y) => {
    tool.begin(at(x, y));
    tool.move(at(x + 1, y));
    tool.end(at(x, y));
  };
  const clickCorners = () => CORNERS.forEach((corner) => click(...corner));

  test("a click on the first corner closes it", () => {
    clickCorners();
    assert.deepEqual(desk.done, []);
    click(20, 20);
    assert.deepEqual(edits(), [{ tool: "area", ink: "foreground", points: CORNERS }]);
    assert.equal(tool.isUnderWay, false);
  });

  test("what is near enough to close is the same distance on the screen at any zoom", () => {
    for (const [scale, reach] of [
      [1, 32],
      [4, 8],
      [0.5, 64],
    ]) {
      desk = standInDesk(desk.liked, { scale });
      tool = new PolygonTool(desk);
      clickCorners();
      click(reach + 1, 0);
      assert.equal(desk.done.length, 0, `${scale}`);
      click(reach, 0);
      assert.equal(desk.done.length, 1, `${scale}`);
    }
  });

  test("a corner beside the first one does not close what has no inside yet", () => {
    click(0, 0);
    click(10, 0);
    click(0, 10);
    assert.deepEqual(tool.points, [
      [0, 0],
      [10, 0],
      [0, 10],
    ]);
  });

  test("Enter closes it", () => {
    clickCorners();
    tool.finish();
    assert.deepEqual(edits()[0].points, CORNERS);
  });

  test("a double click closes it, with one corner where it was made", () => {
    click(0, 0);
    click(400, 0);
    click(400, 300);
    click(402, 301);
    tool.finish();
    assert.deepEqual(edits()[0].points, CORNERS);
  });

  test("a double click on the first corner closes it and begins no other", () => {
    clickCorners();
    click(1, 1);
    click(1, 1);
    tool.finish();
    assert.equal(edits().length, 1);
    assert.equal(tool.isUnderWay, false);
    assert.equal(desk.guides.outline, null);
  });

  test("Backspace takes the last corner back, also the only one", () => {
    click(0, 0);
    click(400, 0);
    tool.stepBack();
    assert.deepEqual(desk.guides.outline, [[0, 0]]);
    tool.stepBack();
    assert.deepEqual([tool.isUnderWay, desk.guides.outline], [false, null]);
  });

  test("shows the edge that follows the pointer, which is no corner", () => {
    tool.hover(at(7, 7));
    assert.equal(desk.guides.outline, null);
    click(0, 0);
    tool.hover(at(50, 60));
    assert.deepEqual(desk.guides.outline, [
      [0, 0],
      [50, 60],
    ]);
    assert.deepEqual(tool.points, [[0, 0]]);
  });

  test("closed with fewer than three corners it is gone", () => {
    click(0, 0);
    click(400, 0);
    tool.finish();
    tool.finish();
    assert.deepEqual([desk.done, tool.isUnderWay, desk.guides.outline], [[], false, null]);
  });

  test("what was made of it does not change with the next one", () => {
    clickCorners();
    tool.finish();
    click(8, 8);
    assert.deepEqual(edits()[0].points, CORNERS);
  });

  test("the outline does what was chosen when it is closed", () => {
    for (const [outlineDoes, expected] of [
      ["ink", { tool: "area", ink: "unknown", points: CORNERS }],
      ["widen", { tool: "band", by: 7, within: CORNERS }],
      ["narrow", { tool: "band", by: -7, within: CORNERS }],
    ]) {
      clickCorners();
      desk.liked = { ink: "unknown", outlineDoes, bandStep: 7 };
      tool.finish();
      assert.deepEqual(edits().at(-1), expected);
    }
  });
});
