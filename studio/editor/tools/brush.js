/** The two brushes: the hard one that labels, and the soft one that paints alpha. */

import { radiusOfSize } from "./brush_size.js";
import { Smoothing } from "./smoothing.js";

export class BrushTool {
  #desk;
  #smoothing = new Smoothing();
  #last = null; // where the last stroke ended: Shift draws a straight line from there
  #on = null; // the session that it was drawn on
  #pressed = 1; // how hard the pen was last: one that is lifted tells nothing

  /** desk: see toolbox.js. edit: (preferences) => the edit without its points. */
  constructor(desk, edit) {
    this.#desk = desk;
    this.edit = edit;
  }

  /** Diameter in image pixels. */
  get ring() {
    return this.#desk.preferences().brushSize;
  }

  begin(place, event) {
    const { preferences, session, viewport } = this.#desk;
    const { smoothing, pressure } = preferences();
    this.usesPressure = pressure;
    const edit = this.edit(preferences());
    const start = this.#smoothing.begin(place, { amount: smoothing, scale: viewport.scale });
    const isLine = event?.shiftKey && this.#last !== null && this.#on === session();
    this.#on = session();
    this.#pressed = place.pressure;
    session()?.beginStroke(edit, isLine ? this.#last : start.quarters, this.#pressure(start));
    if (isLine) session()?.extendStroke(start.quarters, this.#pressure(start));
    this.#last = place.quarters;
  }

  move(place) {
    this.#pressed = place.pressure;
    const next = this.#smoothing.move(place);
    if (next !== null) this.#desk.session()?.extendStroke(next.quarters, this.#pressure(next));
    this.#last = place.quarters;
  }

  end(place) {
    const rest = this.#last === null ? null : this.#smoothing.end({ ...place, pressure: this.#pressed });
    if (rest !== null) this.#desk.session()?.extendStroke(rest.quarters, this.#pressure(rest));
    this.#last = place.quarters;
    this.#desk.session()?.endStroke();
  }

  cancel() {
    this.#desk.session()?.cancelStroke();
  }

  #pressure({ pressure }) {
    return this.usesPressure ? pressure : 1;
  }
}

export function labelling({ ink, brushSize }) {
  return { tool: "brush", ink, radius: radiusOfSize(brushSize) };
}

export function paintingAlpha({ softValue, softHardness, softFlow, brushSize }) {
  return {
    tool: "soft_brush",
    value: Math.round((softValue * 255) / 100),
    hardness: softHardness,
    flow: softFlow,
    radius: radiusOfSize(brushSize),
  };
}
