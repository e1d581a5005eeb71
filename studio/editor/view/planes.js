/**
 * The pixels of one opened image: photo, trimap and alpha, and the two canvases that the panes show of them.
 * Work is proportional to the dirty region, never to the image.
 */

import { paintEdit } from "../edits/edit.js";
import { openTrimap } from "../edits/soft_stroke.js";
import { paintSegment } from "../edits/stroke.js";
import { bands, union } from "../pixels/box.js";
import { WetPaint } from "./wet_paint.js";

const UNKNOWN = 128;
const BAND_PIXELS = 1 << 18; // a few milliseconds

// Red, green, blue, alpha. The unknown band matters most, the background, mostly the largest, should weigh least.
const TINTS = {
  0: [226, 64, 64, 150], // background
  128: [92, 134, 232, 255], // unknown
  255: [54, 190, 96, 190], // foreground
};
// Canvas pixels as 32-bit words; every machine that runs a browser today is little-endian: alpha, blue, green, red.
const TINT_WORDS = new Uint32Array(256);
for (const [value, [red, green, blue, alpha]] of Object.entries(TINTS)) {
  TINT_WORDS[value] = ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export class Planes {
  draft = null; // the trimap that erasing brings back: Uint8Array, loaded when it is first needed
  #dirty = null; // what strokes and answers changed: shown in the next frame
  #unseen = []; // bands of a photo that has just been opened: shown when there is time

  /** photo: ImageBitmap, drawn to width x height. trimap: Uint8Array {0, 128, 255}. alpha: Uint8Array 0..255. */
  constructor({ width, height, photo, trimap, alpha }) {
    this.width = width;
    this.height = height;
    this.trimap = trimap;
    this.alpha = alpha;
    this.wet = new WetPaint({ width, height });
    this.photo = canvasOf(width, height);
    this.overlay = canvasOf(width, height);
    this.cutout = canvasOf(width, height);
    // None of them is ever read back: all stay on the graphics card where there is one.
    this.overlayContext = this.overlay.getContext("2d");
    this.cutoutContext = this.cutout.getContext("2d");
    this.photo.getContext("2d").drawImage(photo, 0, 0, width, height);
    this.whole = { left: 0, top: 0, right: width, bottom: height };
    this.#unseen = [...bands(this.whole, BAND_PIXELS)];
  }

  /** Apply a whole edit that the browser can paint (edits/edit.js). */
  paint(edit) {
    if (edit.tool !== "soft_brush") return this.markDirty(paintEdit(this, edit));
    const weight = new Uint8Array(this.width * this.height);
    const box = this.wet.add(edit, weight);
    if (box === null) return;
    openTrimap(this, weight, box);
    this.markDirty(box);
  }

  /** One segment of a stroke that is being drawn: {from, to, radius, pressure}. brush: the edit without its points. */
  paintSegment(brush, segment) {
    if (brush.tool === "brush") return this.markDirty(paintSegment(this, { ink: brush.ink, ...segment }));
    const box = this.wet.paintSegment(brush, segment);
    if (box === null) return;
    openTrimap(this, this.wet.strokeWeight, box);
    this.markDirty(box);
  }

  /** Write a patch of the server: plane "alpha" or "trimap", its place, and its bytes (height x width). */
  write({ plane, left, top, width, height, bytes }) {
    const target = this[plane];
    for (let row = 0; row < height; row++) {
      target.set(bytes.subarray(row * width, (row + 1) * width), (top + row) * this.width + left);
    }
    this.markDirty({ left, top, right: left + width, bottom: top + height });
  }

  /** A copy of a rectangle, as `write` takes it. */
  read(plane, { left, top, right, bottom }) {
    const [width, height] = [right - left, bottom - top];
    const bytes = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      const from = (top + row) * this.width + left;
      bytes.set(this[plane].subarray(from, from + width), row * width);
    }
    return { plane, left, top, width, height, bytes };
  }

  /** The alpha that is shown, byte for byte what the server has once nothing waits: Uint8Array, height x width. */
  shownAlpha() {
    return this.trimap.map((known, at) => (known === UNKNOWN ? this.#unknownAlpha(at) : known));
  }

  /** The photo cut out by another alpha (Uint8Array, height x width): a canvas of the image's size. */
  cutOutBy(alpha) {
    const canvas = canvasOf(this.width, this.height);
    const context = canvas.getContext("2d");
    for (const box of bands(this.whole)) this.#cutOut(context, box, (at) => alpha[at]);
    return canvas;
  }

  /**
   * Bring overlay and cut-out up to date: whatever changed, and of a photo that has just been opened as much as fits
   * into `budget` milliseconds. Returns whether all is up to date.
   */
  refresh(budget = 50) {
    const dirty = this.#dirty;
    this.#dirty = null;
    if (dirty !== null) for (const box of bands(dirty)) this.#refreshBox(box);
    const end = performance.now() + budget;
    while (this.#unseen.length > 0 && performance.now() < end) this.#refreshBox(this.#unseen.shift());
    return this.#unseen.length === 0;
  }

  #refreshBox(box) {
    this.#refreshOverlay(box);
    this.#refreshCutout(box);
  }

  /** Give the memory back at once instead of at the next garbage collection. */
  release() {
    for (const canvas of [this.photo, this.overlay, this.cutout]) canvas.width = canvas.height = 0;
    this.trimap = this.alpha = this.draft = this.wet = null;
  }

  markDirty(box) {
    this.#dirty = union(this.#dirty, box);
  }

  #unknownAlpha(at) {
    return this.wet.isDry ? this.alpha[at] : this.wet.over(this.alpha[at], at);
  }

  #refreshOverlay({ left, top, right, bottom }) {
    const image = new ImageData(right - left, bottom - top);
    const words = new Uint32Array(image.data.buffer);
    let to = 0;
    for (let row = top; row < bottom; row++) {
      for (let at = row * this.width + left, end = row * this.width + right; at < end; at++) {
        words[to++] = TINT_WORDS[this.trimap[at]];
      }
    }
    this.overlayContext.putImageData(image, left, top);
  }

  /**
   * A known pixel of the trimap is exact in every matte, so a fresh stroke shows in the cut-out before the server's
   * alpha arrives, and an alpha computed before that stroke cannot hide it.
   */
  #refreshCutout(box) {
    this.#cutOut(this.cutoutContext, box, (at) => {
      const known = this.trimap[at];
      return known === UNKNOWN ? this.#unknownAlpha(at) : known;
    });
  }

  /**
   * The photo is laid into the alpha by the canvas itself: nothing is read out of it, for a browser that guards against
   * fingerprinting answers with noise.
   */
  #cutOut(context, { left, top, right, bottom }, alphaAt) {
    const width = right - left;
    const height = bottom - top;
    const mask = new ImageData(width, height);
    const words = new Uint32Array(mask.data.buffer);
    let to = 0;
    for (let row = top; row < bottom; row++) {
      for (let at = row * this.width + left, end = row * this.width + right; at < end; at++) {
        words[to++] = alphaAt(at) << 24;
      }
    }
    context.putImageData(mask, left, top);
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip(); // "source-in" would empty everything beside the box, too
    context.globalCompositeOperation = "source-in";
    context.drawImage(this.photo, left, top, width, height, left, top, width, height);
    context.restore();
  }
}

function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}
