/** Lasso and polygon: an outline is drawn, and what it encloses is labelled, or its unknown band moved. */

import { MAX_POINTS } from "../edits/quarters.js";

const SHORTEST_STEP = 6; // quarter pixels: a lasso needs no finer corners

class OutlineTool {
  points = [];

  constructor(desk) {
    this.desk = desk;
  }

  cancel() {
    this.points = [];
    this.show();
  }

  /** Close the outline and do what it is for. */
  close() {
    const { points } = this;
    this.cancel();
    if (points.length < 3) return;
    const { ink, outlineDoes, bandStep } = this.desk.preferences();
    const by = { widen: bandStep, narrow: -bandStep }[outlineDoes];
    this.desk.session()?.edit(by === undefined ? { tool: "area", ink, points } : { tool: "band", by, within: points });
  }

  show(further = null) {
    const { points } = this;
    this.desk.guides.outline = points.length === 0 ? null : further === null ? points : [...points, further];
  }
}

export class LassoTool extends OutlineTool {
  begin({ quarters }) {
    this.points = [quarters];
    this.show();
  }

  move({ quarters }) {
    const [x, y] = this.points.at(-1);
    const isFar = Math.max(Math.abs(quarters[0] - x), Math.abs(quarters[1] - y)) >= SHORTEST_STEP;
    if (isFar && this.points.length < MAX_POINTS) this.points.push(quarters);
    this.show();
  }

  end() {
    this.close();
  }
}

export class PolygonTool extends OutlineTool {
  get isUnderWay() {
    return this.points.length > 0;
  }

  begin({ quarters }) {
    if (this.points.length > 2 && this.#isNear(quarters, this.points[0])) return this.close();
    if (this.points.length < MAX_POINTS) this.points.push(quarters);
    this.show();
  }

  move() {}

  end() {}

  hover({ quarters }) {
    if (this.isUnderWay) this.show(quarters);
  }

  /** Enter or a double click. */
  finish() {
    const last = this.points.length - 1;
    if (last > 0 && this.#isNear(this.points[last], this.points[last - 1])) this.points.pop(); // of a double click
    this.close();
  }

  /** Backspace: the last corner was a slip. */
  stepBack() {
    this.points.pop();
    this.show();
  }

  #isNear([ax, ay], [bx, by]) {
    return Math.hypot(ax - bx, ay - by) * this.desk.viewport.scale <= 4 * 8; // eight screen pixels
  }
}
