/** A stroke that is being drawn: painted as it grows, shown with its matte before it ends, sent when it does. */

import { MAX_POINTS, stepsBetween } from "../edits/quarters.js";
import { blobFromBase64, decodeGreyPng } from "../pixels/grey_png.js";

const FIRST_PREVIEW = 350; // milliseconds: most strokes are shorter, and their answer comes at once
const PREVIEW_PAUSE = 150; // between an answer and the next question

export class LiveStroke {
  #planes;
  #ask;
  #changed;
  #trimap; // as it was before, to take back a stroke that is called off
  #covered = []; // of the alpha, by previews, for the same
  #isOver = false;
  #timer;

  /**
   * brush: an edit without its points. ask: async (edit) => change, what the matte would be; it may fail.
   * changed: () => void, called when pixels changed.
   */
  constructor({ planes, brush, ask, changed }) {
    this.#planes = planes;
    this.brush = brush;
    this.#ask = ask;
    this.#changed = changed;
    this.#trimap = planes.trimap.slice();
    this.points = [];
    this.weights = []; // radius or pressure at each point, where a pen tells it
    this.#timer = setTimeout(() => this.#preview(), FIRST_PREVIEW);
  }

  get isFull() {
    return this.points.length >= MAX_POINTS;
  }

  /** The edit, as far as it has come. */
  get edit() {
    const { tool, radius } = this.brush;
    const name = tool === "brush" ? "radii" : "pressures";
    const weights = this.weights.some((weight) => weight !== this.#fullWeight) ? { [name]: this.weights } : {};
    return { ...this.brush, radius, points: this.points, ...weights };
  }

  /** Draw on to `point` ([x, y] in quarter pixels) with a pressure in (0, 1]. */
  extend(point, pressure = 1) {
    const weight = Math.max(1, Math.round(this.#fullWeight * pressure));
    const steps = this.points.length === 0 ? [point] : stepsBetween(this.points.at(-1), point);
    for (const step of steps) {
      if (this.isFull) return;
      this.#paint(this.points.at(-1) ?? step, step, weight);
      this.points.push(step);
      this.weights.push(weight);
    }
    this.#changed();
  }

  /** Paint it once more, over what an answer to something earlier has written. */
  repaint() {
    this.points.forEach((point, i) => this.#paint(this.points[Math.max(0, i - 1)], point, this.weights[i]));
  }

  /** The stroke is done; its edit takes over. */
  end() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#planes.markDirty(this.#planes.wet.dropStroke());
  }

  /** Call it off: everything looks as if it had never begun. */
  cancel() {
    this.end();
    this.#planes.trimap.set(this.#trimap);
    this.#planes.markDirty(this.#planes.whole);
    for (const patch of this.#covered.reverse()) this.#planes.write(patch);
    this.#changed();
  }

  get #fullWeight() {
    return this.brush.tool === "brush" ? this.brush.radius : 100;
  }

  #paint(from, to, weight) {
    const measure = this.brush.tool === "brush" ? { radius: weight } : { pressure: weight };
    this.#planes.paintSegment(this.brush, { from, to, ...measure });
  }

  async #preview() {
    const { length } = this.points;
    try {
      const { patches } = await this.#ask(this.edit);
      const decoded = await Promise.all(patches.map(({ png }) => decodeGreyPng(blobFromBase64(png))));
      if (this.#isOver) return; // the answer to the whole stroke is on its way
      patches.forEach(({ left, top }, i) => {
        const { width, height } = decoded[i];
        this.#covered.push(this.#planes.read("alpha", { left, top, right: left + width, bottom: top + height }));
        // A soft stroke is shown as wet paint already: only what the model says around it is news.
        if (this.brush.tool === "brush") this.#planes.write({ plane: "alpha", left, top, ...decoded[i] });
      });
      this.#changed();
    } catch {
      // Nobody needs a preview: the answer to the whole stroke will tell.
    }
    if (!this.#isOver) this.#timer = setTimeout(() => this.#previewIfGrown(length), PREVIEW_PAUSE);
  }

  #previewIfGrown(length) {
    if (this.points.length > length) this.#preview();
    else this.#timer = setTimeout(() => this.#previewIfGrown(length), PREVIEW_PAUSE);
  }
}
