/**
 * What hands do over the panes: panning, pinching, zooming at the cursor, and handing everything else to the tool.
 *
 * A mouse paints with its first button. A pen paints, and from then on fingers only move the photo, so that a resting
 * palm never paints. Without a pen, one finger paints and two move and zoom.
 */

import { MAX_COORDINATE, QUARTERS } from "../edits/quarters.js";

const WHEEL_STEP = 0.0015; // of the logarithm of the scale per pixel of wheel travel
const PIXELS_PER_LINE = 16; // Firefox counts the wheel in lines

export class Gestures {
  isSpaceHeld = false;
  last = null; // where the pointer was seen last, in pane coordinates; null if it is nowhere
  #drag = null; // {pane, pointerId, kind: "tool" or "pan", tool, isPen, at, point}
  #inHand = null; // the tool that the keyboard has put down
  #fingers = new Map(); // pointerId -> place, of fingers on the glass
  #pinch = null; // {middle, span} of two fingers
  #penWasSeen = false;

  /**
   * panes: elements of equal size that show `viewport`. tool: () => the tool in hand (see tools/toolbox.js).
   * followed: () => void, called when the pointer is somewhere else.
   */
  constructor({ panes, viewport, tool, followed, signal }) {
    this.panes = panes;
    this.viewport = viewport;
    this.tool = tool;
    this.followed = followed;
    for (const pane of panes) {
      const listen = (type, handler) => pane.addEventListener(type, handler, { signal, passive: false });
      listen("pointerdown", (event) => this.#down(event, pane));
      listen("pointermove", (event) => this.#move(event, pane));
      listen("pointerup", (event) => this.#up(event, pane));
      listen("pointercancel", (event) => this.#up(event, pane));
      listen("pointerleave", () => this.#leave());
      listen("dblclick", () => this.tool().finish?.());
      listen("wheel", (event) => this.#wheel(event, pane));
      listen("contextmenu", (event) => event.preventDefault());
      listen("mousedown", (event) => event.button === 1 && event.preventDefault()); // no automatic scrolling
      listen("auxclick", (event) => event.preventDefault()); // middle click pastes on some systems
    }
    viewport.addEventListener("change", () => this.followed(), { signal });
  }

  get isPanning() {
    return this.isSpaceHeld || this.#drag?.kind === "pan" || this.#pinch !== null;
  }

  set isSpaceDown(isDown) {
    this.isSpaceHeld = isDown;
    for (const pane of this.panes) pane.classList.toggle("is-grabbable", isDown);
    this.followed();
  }

  /** Where the pointer is in the image, as a tool takes it; null if it is nowhere. */
  get place() {
    return this.last === null ? null : this.#place(this.last, 1);
  }

  /** Whatever the hand is doing is called off. */
  cancel() {
    this.#drag?.tool?.cancel();
    this.#drag?.pane.classList.remove("is-grabbed");
    this.#drag = null;
  }

  /** The brush is led to `at` (pane coordinates) by keys; isDown: while it paints. */
  moveByKeyboard(at, isDown) {
    this.last = at;
    if (isDown) this.#inHand?.move(this.#place(at, 1));
    else this.tool().hover?.(this.place);
    this.followed();
  }

  /** The brush is put down or lifted at `at` by a key. */
  pressByKeyboard(at, isDown) {
    const place = this.#place(at, 1);
    if (isDown) {
      this.#inHand = this.tool();
      this.#inHand.begin(place);
    } else {
      this.#inHand?.end(place);
      this.#inHand = null;
    }
    this.followed();
  }

  #down(event, pane) {
    const at = placeIn(pane, event);
    if (event.pointerType === "pen") this.#forgetFingers();
    if (event.pointerType === "touch") {
      if (this.#drag?.isPen) return; // the palm
      this.#fingers.set(event.pointerId, at);
      if (this.#fingers.size === 2) return this.#beginPinch();
    }
    if (this.#drag !== null || this.#pinch !== null) return;
    if (event.button > 1 && !(event.button === 2 && this.tool().takesRightButton)) return;
    pane.setPointerCapture(event.pointerId);
    const isResting = event.pointerType === "touch" && this.#penWasSeen;
    const kind = event.button === 1 || this.isSpaceHeld || isResting ? "pan" : "tool";
    const tool = kind === "tool" ? this.tool() : null;
    this.#drag = { pane, kind, tool, pointerId: event.pointerId, at, isPen: event.pointerType === "pen" };
    if (tool === null) pane.classList.add("is-grabbed");
    else tool.begin(this.#place(at, pressureOf(event)), event);
    this.#follow(at);
  }

  #move(event, pane) {
    this.#dropIfPutAway();
    const at = placeIn(pane, event);
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, at);
    else if (event.pointerType === "touch") return; // a palm that lay there when the pen came
    if (this.#pinch !== null) return this.#movePinch();
    if (this.#drag?.pointerId === event.pointerId) {
      if (this.#drag.kind === "pan") this.viewport.panBy(at[0] - this.#drag.at[0], at[1] - this.#drag.at[1]);
      else this.#draw(event, pane);
      this.#drag.at = at;
    }
    this.#follow(at);
  }

  /** Follow the fast movements in between, too: the browser hands them over bundled, once a frame. */
  #draw(event, pane) {
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) {
      const place = this.#place(placeIn(pane, each), pressureOf(each));
      const last = this.#drag.point;
      if (last !== undefined && last[0] === place.quarters[0] && last[1] === place.quarters[1]) continue;
      this.#drag.point = place.quarters;
      this.#drag.tool.move(place);
    }
  }

  #up(event, pane) {
    this.#fingers.delete(event.pointerId);
    if (this.#pinch !== null) {
      if (this.#fingers.size === 0) this.#pinch = null;
      return;
    }
    this.#dropIfPutAway();
    if (this.#drag?.pointerId !== event.pointerId) return;
    const { tool } = this.#drag;
    this.#drag = null;
    pane.classList.remove("is-grabbed");
    tool?.end(this.#place(placeIn(pane, event), 1));
    if (event.pointerType === "touch") this.last = null;
    this.followed();
  }

  /** Another tool was taken on the way: the toolbox has called off what this one was doing. */
  #dropIfPutAway() {
    if (this.#drag?.kind === "tool" && this.#drag.tool !== this.tool()) this.#drag = null;
  }

  /** A pen has come: whatever fingers lie on the glass, they are those of a palm. */
  #forgetFingers() {
    this.#penWasSeen = true;
    if (this.#fingers.has(this.#drag?.pointerId)) this.cancel();
    this.#fingers.clear();
    this.#pinch = null;
  }

  #beginPinch() {
    this.cancel(); // the first finger was not painting, it was on its way to a pinch
    this.#pinch = this.#spanOfFingers();
  }

  #movePinch() {
    if (this.#fingers.size < 2) return;
    const { middle, span } = this.#spanOfFingers();
    this.viewport.panBy(middle[0] - this.#pinch.middle[0], middle[1] - this.#pinch.middle[1]);
    this.viewport.zoomTo((this.viewport.scale * span) / this.#pinch.span, middle);
    this.#pinch = { middle, span };
  }

  #spanOfFingers() {
    const [[ax, ay], [bx, by]] = this.#fingers.values();
    return { middle: [(ax + bx) / 2, (ay + by) / 2], span: Math.max(1, Math.hypot(bx - ax, by - ay)) };
  }

  #leave() {
    if (this.#drag !== null) return;
    this.last = null;
    this.followed();
  }

  #wheel(event, pane) {
    event.preventDefault();
    const isInLines = event.deltaMode === WheelEvent.DOM_DELTA_LINE;
    const travel = isInLines ? event.deltaY * PIXELS_PER_LINE : event.deltaY;
    // A pinch on a touchpad arrives as a wheel with Ctrl, in pixels and in much smaller steps.
    const isPinch = event.ctrlKey && !isInLines && Math.abs(travel) < 50;
    const step = isPinch ? WHEEL_STEP * 6 : WHEEL_STEP;
    const at = placeIn(pane, event);
    this.viewport.zoomTo(this.viewport.scale * Math.exp(-travel * step), at);
    this.#follow(at);
  }

  #follow(at) {
    this.last = at;
    if (this.#drag === null) this.tool().hover?.(this.place);
    this.followed();
  }

  /** quarters: [x, y] in quarter pixels. pixel: [column, row]. pressure: (0, 1]. */
  #place(at, pressure) {
    const clamp = (value) => Math.min(MAX_COORDINATE, Math.max(-MAX_COORDINATE, value));
    const [x, y] = this.viewport.toImage(at);
    return {
      quarters: [x, y].map((value) => clamp(Math.round(value * QUARTERS))),
      pixel: [Math.floor(x), Math.floor(y)],
      pressure,
    };
  }
}

/** A mouse and a finger tell nothing of use; a pen that tells 0 while it touches is an old one. */
function pressureOf(event) {
  return event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 1;
}

function placeIn(pane, event) {
  const { left, top } = pane.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}
