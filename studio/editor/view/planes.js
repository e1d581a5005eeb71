/**
 * The pixels of one opened image: photo, trimap and alpha, and the two canvases that the panes show of them.
 * Work is proportional to the dirty region, never to the image.
 */

import { bands, union } from "../pixels/box.js";
import { paint, paintSegment } from "../edits/brush.js";

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
  #dirty = null;

  /** photo: ImageBitmap, drawn to width x height. trimap: Uint8Array {0, 128, 255}. alpha: Uint8Array 0..255. */
  constructor({ width, height, photo, trimap, alpha }) {
    this.width = width;
    this.height = height;
    this.trimap = trimap;
    this.alpha = alpha;
    this.photo = canvasOf(width, height);
    this.overlay = canvasOf(width, height);
    this.cutout = canvasOf(width, height);
    // None of them is ever read back: all stay on the graphics card where there is one.
    this.overlayContext = this.overlay.getContext("2d");
    this.cutoutContext = this.cutout.getContext("2d");
    this.photo.getContext("2d").drawImage(photo, 0, 0, width, height);
    this.#markDirty({ left: 0, top: 0, right: width, bottom: height });
  }

  paint(stroke) {
    this.#markDirty(paint(this.trimap, this.width, this.height, stroke));
  }

  paintSegment(segment) {
    this.#markDirty(paintSegment(this.trimap, this.width, this.height, segment));
  }

  /** Write a patch of the server: plane "alpha" or "trimap", its place, and its bytes (height x width). */
  write({ plane, left, top, width, height, bytes }) {
    const target = this[plane];
    for (let row = 0; row < height; row++) {
      target.set(bytes.subarray(row * width, (row + 1) * width), (top + row) * this.width + left);
    }
    this.#markDirty({ left, top, right: left + width, bottom: top + height });
  }

  /** Bring overlay and cut-out up to date. Returns whether anything changed. */
  refresh() {
    const dirty = this.#dirty;
    this.#dirty = null;
    if (dirty === null) return false;
    for (const box of bands(dirty)) {
      this.#refreshOverlay(box);
      this.#refreshCutout(box);
    }
    return true;
  }

  /** Give the memory back at once instead of at the next garbage collection. */
  release() {
    for (const canvas of [this.photo, this.overlay, this.cutout]) canvas.width = canvas.height = 0;
    this.trimap = this.alpha = null;
  }

  #markDirty(box) {
    this.#dirty = union(this.#dirty, box);
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
   *
   * The photo is laid into the alpha by the canvas itself: nothing is read out of it, for a browser that guards against
   * fingerprinting answers with noise.
   */
  #refreshCutout({ left, top, right, bottom }) {
    const width = right - left;
    const height = bottom - top;
    const mask = new ImageData(width, height);
    const words = new Uint32Array(mask.data.buffer);
    let to = 0;
    for (let row = top; row < bottom; row++) {
      for (let at = row * this.width + left, end = row * this.width + right; at < end; at++) {
        const known = this.trimap[at];
        words[to++] = (known === 128 ? this.alpha[at] : known) << 24;
      }
    }
    const context = this.cutoutContext;
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
