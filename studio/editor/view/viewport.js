/** Which part of the image the panes show: one transform for all of them, so that they stay in step. */

const SMALLEST_SCALE = 0.05; // screen pixels per image pixel
const LARGEST_SCALE = 32;
const LARGEST_FIT = 4; // a tiny image is not blown up to the size of the window
const FIT_MARGIN = 16; // screen pixels left free around a fitted image

export class Viewport extends EventTarget {
  scale = 1;
  #image = { width: 1, height: 1 };
  #pane = { width: 1, height: 1 };
  #centre = [0.5, 0.5]; // image coordinates at the middle of a pane
  #isFitted = true; // stays fitted while the pane is resized

  /** Show another image, whole. */
  showImage(width, height) {
    this.#image = { width, height };
    this.fit();
  }

  /** All panes have this size, in CSS pixels. */
  resizePane(width, height) {
    this.#pane = { width, height };
    if (this.#isFitted) this.fit();
    else this.#announce();
  }

  /** What a reload has to restore; null while the image is fitted. */
  get view() {
    return this.#isFitted ? null : { scale: this.scale, centre: this.#centre };
  }

  set view({ scale, centre }) {
    this.scale = clamp(scale, SMALLEST_SCALE, LARGEST_SCALE);
    this.#isFitted = false;
    this.#moveTo(...centre);
  }

  /** Show the box in the middle, at a scale at which it fills a good part of the pane. */
  showBox({ left, top, right, bottom }, { share = 0.5, largest = 4 } = {}) {
    const { width, height } = this.#pane;
    const scale = share * Math.min(width / Math.max(1, right - left), height / Math.max(1, bottom - top));
    this.view = { scale: Math.min(scale, largest), centre: [(left + right) / 2, (top + bottom) / 2] };
  }

  /** The part of the image that is to be seen, maybe beyond its edges: {left, top, right, bottom}, fractional. */
  get visible() {
    const [left, top] = this.toImage([0, 0]);
    const [right, bottom] = this.toImage([this.#pane.width, this.#pane.height]);
    return { left, top, right, bottom };
  }

  /** The whole image, as large as it can be. */
  fit() {
    const { width, height } = this.#pane;
    const free = Math.min((width - 2 * FIT_MARGIN) / this.#image.width, (height - 2 * FIT_MARGIN) / this.#image.height);
    this.scale = clamp(free, SMALLEST_SCALE, LARGEST_FIT);
    this.#centre = [this.#image.width / 2, this.#image.height / 2];
    this.#isFitted = true;
    this.#announce();
  }

  /** Change the scale to `scale`; the image point under `anchor` (pane coordinates, else the middle) stays there. */
  zoomTo(scale, anchor = [this.#pane.width / 2, this.#pane.height / 2]) {
    const [x, y] = this.toImage(anchor);
    this.scale = clamp(scale, SMALLEST_SCALE, LARGEST_SCALE);
    this.#isFitted = false;
    const dx = (anchor[0] - this.#pane.width / 2) / this.scale;
    const dy = (anchor[1] - this.#pane.height / 2) / this.scale;
    this.#moveTo(x - dx, y - dy);
  }

  /** Move the image by pane pixels. */
  panBy(dx, dy) {
    this.#isFitted = false;
    this.#moveTo(this.#centre[0] - dx / this.scale, this.#centre[1] - dy / this.scale);
  }

  /** Pane coordinates (CSS pixels from its top left corner) to image coordinates (pixels, fractional). */
  toImage([x, y]) {
    return [
      (x - this.#pane.width / 2) / this.scale + this.#centre[0],
      (y - this.#pane.height / 2) / this.scale + this.#centre[1],
    ];
  }

  /** Image coordinates to pane coordinates. */
  toPane([x, y]) {
    return [
      (x - this.#centre[0]) * this.scale + this.#pane.width / 2,
      (y - this.#centre[1]) * this.scale + this.#pane.height / 2,
    ];
  }

  /** The image can be moved until its edge reaches the middle of the pane: no corner is out of the brush's reach. */
  #moveTo(x, y) {
    this.#centre = [clamp(x, 0, this.#image.width), clamp(y, 0, this.#image.height)];
    this.#announce();
  }

  #announce() {
    this.dispatchEvent(new Event("change"));
  }
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
