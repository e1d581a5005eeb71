import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Gestures } from "../../../../studio/editor/tools/gestures.js";
import { Viewport } from "../../../../studio/editor/view/viewport.js";
import { standIn } from "./stand_ins.js";

const DOM_DELTA_LINE = 1;

class StandInPane extends EventTarget {
  classes = new Set();
  classList = {
    add: (name) => this.classes.add(name),
    remove: (name) => this.classes.delete(name),
    toggle: (name, isOn) => (isOn ? this.classes.add(name) : this.classes.delete(name)),
  };

  setPointerCapture() {}

  getBoundingClientRect() {
    return { left: 100, top: 50, width: 400, height: 300 };
  }
}

let pane;
let viewport;
let done; // [what, quarters, pressure] of the tool in hand
let tool;
let gestures;

function toolOf(name) {
  const note = (what) => (place) => done.push([`${name} ${what}`, place?.quarters, place?.pressure]);
  return { begin: note("begin"), move: note("move"), end: note("end"), cancel: note("cancel") };
}

beforeEach(() => {
  standIn("WheelEvent", { DOM_DELTA_LINE });
  pane = new StandInPane();
  viewport = new Viewport();
  viewport.resizePane(400, 300);
  viewport.showImage(400, 300);
  viewport.view = { scale: 1, centre: [200, 150] }; // a pane pixel is an image pixel
  done = [];
  tool = toolOf("brush");
  gestures = new Gestures({
    panes: [pane],
    viewport,
    tool: () => tool,
    followed: () => {},
    signal: new AbortController().signal,
  });
});

/** x, y: pane coordinates. */
function send(type, x, y, { pointerId = 1, pointerType = "mouse", button = 0, pressure = 0.5, ...more } = {}) {
  const event = new Event(type, { cancelable: true });
  const given = { clientX: 100 + x, clientY: 50 + y, pointerId, pointerType, button, pressure, ...more };
  pane.dispatchEvent(Object.assign(event, given));
  return event;
}

const drag = (from, to, how) => {
  send("pointerdown", ...from, how);
  send("pointermove", ...to, how);
  send("pointerup", ...to, how);
};

test("the first button draws, in quarter pixels of the image, always fully pressed", () => {
  drag([10, 20], [15, 20.3]);
  assert.deepEqual(done, [
    ["brush begin", [40, 80], 1],
    ["brush move", [60, 81], 1],
    ["brush end", [60, 81], 1],
  ]);
});

test("a pen tells how hard it is pressed, an old one that tells nothing counts as full", () => {
  send("pointerdown", 10, 20, { pointerType: "pen", pressure: 0.25 });
  send("pointermove", 15, 20, { pointerType: "pen", pressure: 0 });
  assert.deepEqual(
    done.map(([, , pressure]) => pressure),
    [0.25, 1],
  );
});

test("the fast movements within a frame are all drawn, but none twice", () => {
  send("pointerdown", 0, 0);
  const bundled = [
    [1, 0],
    [2, 0],
    [2, 0],
    [3, 0],
  ].map(([x, y]) => ({ clientX: 100 + x, clientY: 50 + y, pressure: 0.5 }));
  send("pointermove", 3, 0, { getCoalescedEvents: () => bundled });
  assert.deepEqual(
    done.slice(1).map(([, quarters]) => quarters),
    [
      [4, 0],
      [8, 0],
      [12, 0],
    ],
  );
});

test("the middle button, and the first with the space bar, move the photo", () => {
  drag([10, 20], [30, 25], { button: 1 });
  gestures.isSpaceDown = true;
  drag([0, 0], [5, 5]);
  gestures.isSpaceDown = false;
  assert.deepEqual([done, viewport.view.centre], [[], [175, 140]]);
  assert.deepEqual([...pane.classes], []);
});

test("after a pen, a finger only moves the photo: a palm never paints", () => {
  drag([10, 20], [15, 20], { pointerType: "touch" });
  assert.equal(done[0][0], "brush begin");
  send("pointerdown", 0, 0, { pointerType: "pen", pointerId: 2 });
  send("pointerup", 0, 0, { pointerType: "pen", pointerId: 2 });
  done.length = 0;
  drag([10, 20], [15, 20], { pointerType: "touch", pointerId: 3 });
  assert.deepEqual([done, viewport.view.centre], [[], [195, 150]]);
});

test("two fingers move and zoom, and what the first had begun is called off", () => {
  const finger = (pointerId) => ({ pointerId, pointerType: "touch" });
  send("pointerdown", 100, 150, finger(1));
  send("pointerdown", 300, 150, finger(2));
  assert.deepEqual(done.at(-1)[0], "brush cancel");
  done.length = 0;
  send("pointermove", 0, 150, finger(1));
  send("pointermove", 400, 150, finger(2));
  assert.equal(viewport.scale, 2);
  assert.equal(gestures.isPanning, true);
  send("pointerup", 0, 150, finger(1));
  send("pointermove", 390, 150, finger(2));
  send("pointerup", 390, 150, finger(2));
  assert.deepEqual([done, gestures.isPanning], [[], false]);
});

test("a second pointer does not disturb the one that draws", () => {
  send("pointerdown", 0, 0);
  send("pointerdown", 50, 50, { pointerId: 2, pointerType: "pen" });
  send("pointermove", 60, 50, { pointerId: 2, pointerType: "pen" });
  send("pointerup", 60, 50, { pointerId: 2, pointerType: "pen" });
  send("pointerup", 1, 1);
  assert.deepEqual(
    done.map(([what]) => what),
    ["brush begin", "brush end"],
  );
});

test("what was called off is not gone on with, nor ended", () => {
  send("pointerdown", 0, 0);
  gestures.cancel();
  send("pointermove", 5, 5);
  send("pointerup", 5, 5);
  assert.deepEqual(
    done.map(([what]) => what),
    ["brush begin", "brush cancel"],
  );
});

test("a tool that was taken while another one drew neither goes on with that nor ends it", () => {
  const brush = tool;
  send("pointerdown", 0, 0);
  tool = toolOf("lasso");
  send("pointermove", 5, 5);
  send("pointerup", 5, 5);
  send("pointerdown", 7, 7);
  tool = brush;
  send("pointerup", 7, 7);
  assert.deepEqual(
    done.map(([what]) => what),
    ["brush begin", "lasso begin"],
  );
});

test("the wheel zooms at the pointer, in pixels or in lines", () => {
  const wheel = (delta) => send("wheel", 50, 60, { deltaMode: 0, deltaY: 0, ctrlKey: false, ...delta });
  const before = viewport.toImage([50, 60]);
  wheel({ deltaY: -160 });
  const inPixels = viewport.scale;
  assert.ok(inPixels > 1);
  viewport.toImage([50, 60]).forEach((value, i) => assert.ok(Math.abs(value - before[i]) < 1e-9));
  viewport.zoomTo(1);
  wheel({ deltaY: -10, deltaMode: DOM_DELTA_LINE });
  assert.equal(viewport.scale, inPixels);
  viewport.zoomTo(1);
  wheel({ deltaY: -10, ctrlKey: true }); // a pinch on a touchpad
  assert.ok(viewport.scale > Math.exp(10 * 0.0015) * 1.05);
});

test("the page's own menus and scrolling stay away", () => {
  for (const type of ["contextmenu", "auxclick"]) assert.ok(send(type, 0, 0).defaultPrevented);
  assert.ok(send("mousedown", 0, 0, { button: 1 }).defaultPrevented);
  assert.ok(!send("mousedown", 0, 0, { button: 0 }).defaultPrevented);
});

test("knows the pixel under the pointer, until that leaves", () => {
  send("pointermove", 10.9, 20.1);
  assert.deepEqual(gestures.place.pixel, [10, 20]);
  send("pointerleave", 0, 0);
  assert.equal(gestures.place, null);
});

test("a double click finishes, with tools that can be finished", () => {
  send("dblclick", 0, 0);
  tool.finish = () => done.push(["finish"]);
  send("dblclick", 0, 0);
  assert.deepEqual(done, [["finish"]]);
});

test("only a hand that does nothing else hovers", () => {
  tool.hover = (place) => done.push(["hover", place.quarters]);
  send("pointermove", 5, 5);
  send("pointerdown", 5, 5);
  send("pointermove", 6, 6);
  assert.deepEqual(
    done.map(([what]) => what),
    ["hover", "brush begin", "brush move"],
  );
});

test("a pen takes over from the fingers of a palm, and palms that come later are no fingers at all", () => {
  send("pointerdown", 300, 200, { pointerType: "touch", pointerId: 8 }); // nobody knows of a pen yet: it paints
  send("pointerdown", 10, 20, { pointerType: "pen", pointerId: 2 });
  for (const pointerId of [8, 9]) send("pointerdown", 300, 200, { pointerType: "touch", pointerId });
  send("pointermove", 310, 200, { pointerType: "touch", pointerId: 8 });
  send("pointermove", 15, 20, { pointerType: "pen", pointerId: 2 });
  send("pointerup", 15, 20, { pointerType: "pen", pointerId: 2 });
  assert.deepEqual(
    done.map(([what]) => what),
    ["brush begin", "brush cancel", "brush begin", "brush move", "brush end"],
  );
  assert.deepEqual([viewport.scale, gestures.isPanning], [1, false]);
});
