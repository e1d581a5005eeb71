/** The pointer over a pane: painting, panning, zooming at the cursor, and the ring that shows the brush. */

import { MAX_COORDINATE, QUARTERS } from "../edits/brush.js";

const WHEEL_STEP = 0.0015; // of the logarithm of the scale per pixel of wheel travel
const PIXELS_PER_LINE = 16; // Firefox counts the wheel in lines

export class PointerTool {
  isSpaceHeld = false;
  #drag = null; // {pane, pointerId, kind: "paint" or "pan", at, point}
  #rings;
  #last = null; // where the pointer was seen last, in pane coordinates

  /**
   * panes: elements of equal size that show `viewport`. brush: () => {label, radius}, radius in quarter pixels.
   * painter: {beginStroke(brush, point), extendStroke(point), endStroke()}, points in quarter pixels.
   */
  constructor({ panes, viewport, brush, painter, signal }) {
    this.viewport = viewport;
    this.brush = brush;
    this.painter = painter;
    this.#rings = panes.map((pane) => ringIn(pane));
    for (const pane of panes) {
      const listen = (type, handler) => pane.addEventListener(type, handler, { signal, passive: false });
      listen("pointerdown", (event) => this.#down(event, pane));
      listen("pointermove", (event) => this.#move(event, pane));
      listen("pointerup", (event) => this.#up(event));
      listen("pointercancel", (event) => this.#up(event));
      listen("pointerleave", () => this.#leave());
      listen("wheel", (event) => this.#wheel(event, pane));
      listen("mousedown", (event) => event.button === 1 && event.preventDefault()); // no automatic scrolling
      listen("auxclick", (event) => event.preventDefault()); // middle click pastes on some systems
    }
    viewport.addEventListener("change", () => this.showRings(), { signal });
  }

  set isSpaceDown(isDown) {
    this.isSpaceHeld = isDown;
    for (const { pane } of this.#rings) pane.classList.toggle("is-grabbable", isDown);
    this.showRings();
  }

  /** Put the rings at the last place of the pointer, in the present size of the brush. */
  showRings() {
    const { label, radius } = this.brush();
    const diameter = ((2 * radius) / QUARTERS) * this.viewport.scale;
    const isShown = this.#last !== null && !this.isSpaceHeld && this.#drag?.kind !== "pan";
    for (const { ring } of this.#rings) {
      ring.hidden = !isShown;
      if (!isShown) continue;
      const [x, y] = this.#last;
      ring.dataset.label = label;
      ring.style.width = ring.style.height = `${diameter}px`;
      ring.style.transform = `translate(${x - diameter / 2}px, ${y - diameter / 2}px)`;
    }
  }

  #down(event, pane) {
    if (this.#drag !== null || event.button > 1) return;
    pane.setPointerCapture(event.pointerId);
    const at = placeIn(pane, event);
    const kind = event.button === 1 || this.isSpaceHeld ? "pan" : "paint";
    this.#drag = { pane, kind, pointerId: event.pointerId, at };
    if (kind === "paint") this.painter.beginStroke(this.brush(), this.#quarters(at));
    else pane.classList.add("is-grabbed");
    this.#follow(at);
  }

  #move(event, pane) {
    const at = placeIn(pane, event);
    if (this.#drag?.pointerId === event.pointerId) {
      if (this.#drag.kind === "pan") this.viewport.panBy(at[0] - this.#drag.at[0], at[1] - this.#drag.at[1]);
      else this.#paint(event, pane);
      this.#drag.at = at;
    }
    this.#follow(at);
  }

  /** Follow the fast movements in between, too: the browser hands them over bundled, once a frame. */
  #paint(event, pane) {
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) {
      const point = this.#quarters(placeIn(pane, each));
      const last = this.#drag.point;
      if (last !== undefined && last[0] === point[0] && last[1] === point[1]) continue;
      this.#drag.point = point;
      this.painter.extendStroke(point);
    }
  }

  #up(event) {
    if (this.#drag?.pointerId !== event.pointerId) return;
    const { kind, pane } = this.#drag;
    this.#drag = null;
    pane.classList.remove("is-grabbed");
    if (kind === "paint") this.painter.endStroke();
    this.showRings();
  }

  #leave() {
    if (this.#drag !== null) return;
    this.#last = null;
    this.showRings();
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
    this.#last = at;
    this.showRings();
  }

  #quarters(at) {
    const clamp = (value) => Math.min(MAX_COORDINATE, Math.max(-MAX_COORDINATE, value));
    return this.viewport.toImage(at).map((value) => clamp(Math.round(value * QUARTERS)));
  }
}

function ringIn(pane) {
  const ring = document.createElement("div");
  ring.className = "ml-ring";
  ring.hidden = true;
  pane.append(ring);
  return { pane, ring };
}

function placeIn(pane, event) {
  const { left, top } = pane.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}
