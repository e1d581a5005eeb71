/**
 * Alpha painted by hand that the server has not composed yet, over the alpha that it last told. Planes are made when
 * the soft brush is first used: most photos never need them.
 *
 * Near enough for the eye; the server's answer, exact, takes its place.
 */

import { union } from "../pixels/box.js";
import { raiseWeight, weighSoftStroke } from "../edits/soft_stroke.js";

export class WetPaint {
  #size;
  #weight = null; // of the strokes that wait: 0..255
  #value = null;
  #box = null; // where any weight is above 0
  #stroke = null; // {weight, value, box} of the stroke under the pointer

  constructor({ width, height }) {
    this.#size = { width, height };
  }

  /** Forget the waiting strokes; the one under the pointer stays. Returns the box that changed, or null. */
  clear() {
    const box = this.#box;
    if (box !== null) wipe(this.#weight, this.#size.width, box);
    this.#box = null;
    return box;
  }

  /** Add a stroke that waits; `weight` (Uint8Array of the image) is its own, and may be left out. Returns its box. */
  add(edit, weight = null) {
    const { width, height } = this.#size;
    this.#weight ??= new Uint8Array(width * height);
    this.#value ??= new Uint8Array(width * height);
    const own = weight ?? new Uint8Array(width * height);
    const box = weighSoftStroke(own, this.#size, edit);
    if (box === null) return null;
    for (let row = box.top; row < box.bottom; row++) {
      for (let at = row * width + box.left, end = row * width + box.right; at < end; at++) {
        const added = own[at];
        if (added === 0) continue;
        const below = (this.#weight[at] * (255 - added)) / 255;
        this.#value[at] = Math.round((this.#value[at] * below + edit.value * added) / (below + added));
        this.#weight[at] = Math.round(below + added);
      }
    }
    this.#box = union(this.#box, box);
    return box;
  }

  /** Paint one segment of the stroke under the pointer. Returns the box that changed, or null. */
  paintSegment(brush, segment) {
    const { width, height } = this.#size;
    this.#stroke ??= { weight: new Uint8Array(width * height), value: brush.value, box: null };
    const box = raiseWeight(this.#stroke.weight, this.#size, brush, segment);
    this.#stroke.box = union(this.#stroke.box, box);
    return box;
  }

  /** The weights of the stroke under the pointer (Uint8Array of the image), or null. */
  get strokeWeight() {
    return this.#stroke?.weight ?? null;
  }

  /** The stroke under the pointer has ended or was called off. Returns the box that changed, or null. */
  dropStroke() {
    const box = this.#stroke?.box ?? null;
    this.#stroke = null;
    return box;
  }

  get isDry() {
    return this.#box === null && this.#stroke === null;
  }

  /** What is shown at index `at` where the server's alpha is `alpha`. */
  over(alpha, at) {
    let shown = alpha;
    if (this.#box !== null && this.#weight[at] > 0) shown += ((this.#value[at] - shown) * this.#weight[at]) / 255;
    const stroke = this.#stroke;
    if (stroke !== null && stroke.weight[at] > 0) shown += ((stroke.value - shown) * stroke.weight[at]) / 255;
    return shown;
  }
}

function wipe(plane, width, { left, top, right, bottom }) {
  for (let row = top; row < bottom; row++) plane.fill(0, row * width + left, row * width + right);
}
