/** What the two panes draw: the photo under its trimap, and the cut-out over a backdrop. */

const CRISP_ABOVE = 2; // device pixels per image pixel: beyond this, pixels are drawn as squares
const CHECKER_SIDE = 10; // CSS pixels
const CHECKER_COLOURS = ["#ffffff", "#cfcfcf"];

export const BACKDROPS = ["checkerboard", "black", "white", "alpha", "colour"];

/** One canvas on the screen that shows the viewport's part of the image. */
class Pane {
  #checkerboard = null;

  constructor(canvas, viewport) {
    this.canvas = canvas;
    this.viewport = viewport;
    this.context = canvas.getContext("2d");
  }

  /** Match the canvas to its place on the page. */
  resize() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const density = window.devicePixelRatio;
    this.canvas.width = Math.max(1, Math.round(width * density));
    this.canvas.height = Math.max(1, Math.round(height * density));
  }

  clear() {
    this.context.resetTransform();
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** Draw the visible part of `source` (a canvas of the image's size). */
  drawImage(source, { isHurried, opacity = 1 }) {
    const { context, viewport } = this;
    const density = window.devicePixelRatio;
    const visible = this.#visiblePart(source);
    if (visible === null) return;
    const [x, y] = viewport.toPane([visible.left, visible.top]);
    const scale = viewport.scale * density;
    context.imageSmoothingEnabled = scale <= CRISP_ABOVE;
    // Averaging a large image down costs milliseconds that a moving brush does not have.
    context.imageSmoothingQuality = isHurried ? "low" : "medium";
    context.globalAlpha = opacity;
    context.drawImage(
      source,
      visible.left,
      visible.top,
      visible.width,
      visible.height,
      x * density,
      y * density,
      visible.width * scale,
      visible.height * scale,
    );
    context.globalAlpha = 1;
  }

  /** Fill the rectangle of the image, and nothing beside it, in the given way of compositing. */
  fillImage(source, style, operation = "source-over") {
    const density = window.devicePixelRatio;
    const [left, top] = this.viewport.toPane([0, 0]);
    const scale = this.viewport.scale * density;
    this.context.globalCompositeOperation = operation;
    this.context.fillStyle = style;
    this.context.fillRect(left * density, top * density, source.width * scale, source.height * scale);
    this.context.globalCompositeOperation = "source-over";
  }

  get checkerboard() {
    if (this.#checkerboard === null) {
      const side = Math.round(CHECKER_SIDE * window.devicePixelRatio);
      const tile = document.createElement("canvas");
      tile.width = tile.height = 2 * side;
      const context = tile.getContext("2d");
      context.fillStyle = CHECKER_COLOURS[0];
      context.fillRect(0, 0, 2 * side, 2 * side);
      context.fillStyle = CHECKER_COLOURS[1];
      context.fillRect(side, 0, side, side);
      context.fillRect(0, side, side, side);
      this.#checkerboard = this.context.createPattern(tile, "repeat");
    }
    return this.#checkerboard;
  }

  /** Whole image pixels, so that a crisp pixel is never cut in half. */
  #visiblePart(source) {
    const { width, height } = this.canvas.getBoundingClientRect();
    const [x0, y0] = this.viewport.toImage([0, 0]);
    const [x1, y1] = this.viewport.toImage([width, height]);
    const left = Math.max(0, Math.floor(x0));
    const top = Math.max(0, Math.floor(y0));
    const right = Math.min(source.width, Math.ceil(x1));
    const bottom = Math.min(source.height, Math.ceil(y1));
    return left < right && top < bottom ? { left, top, width: right - left, height: bottom - top } : null;
  }
}

/** The photo, tinted by its trimap. */
export class PhotoPane extends Pane {
  opacity = 1;
  isOverlayHidden = false;

  draw(planes, isHurried) {
    this.clear();
    this.drawImage(planes.photo, { isHurried: false }); // it never changes, its reduced copy is kept by the browser
    if (!this.isOverlayHidden) this.drawImage(planes.overlay, { isHurried, opacity: this.opacity });
  }
}

/** The cut-out over a backdrop, or its alpha alone. */
export class CutoutPane extends Pane {
  backdrop = "checkerboard";
  colour = "black";

  draw(planes, isHurried) {
    this.clear();
    this.drawImage(planes.cutout, { isHurried });
    if (this.backdrop === "alpha") this.fillImage(planes.cutout, "white", "source-in");
    this.fillImage(planes.cutout, this.#backdropStyle(), "destination-over");
  }

  #backdropStyle() {
    if (this.backdrop === "checkerboard") return this.checkerboard;
    if (this.backdrop === "colour") return this.colour;
    return this.backdrop === "white" ? "white" : "black"; // an alpha stands on black
  }
}

/** Draws the panes at most once a frame, whatever happens in between. */
export class Stage {
  #frame = null;
  #isHurried = false;
  #settle = null;
  #onceDrawn = []; // who waits for the next drawing

  /** panes: those to draw. planesToDraw: () => Planes, or null while there is no image. */
  constructor(panes, planesToDraw) {
    this.panes = panes;
    this.planesToDraw = planesToDraw;
  }

  /** Draw everything in the next frame. isHurried: fast rather than fine; a fine drawing follows when it is calm. */
  invalidate({ isHurried = false } = {}) {
    this.#isHurried = isHurried;
    clearTimeout(this.#settle);
    if (isHurried) this.#settle = setTimeout(() => this.invalidate(), 120);
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  /** Resolves when the panes have been drawn once more. */
  drawn() {
    return new Promise((resolve) => this.#onceDrawn.push(resolve));
  }

  stop() {
    clearTimeout(this.#settle);
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  #draw() {
    this.#frame = null;
    const planes = this.planesToDraw();
    planes?.refresh();
    for (const pane of this.panes) {
      if (pane.canvas.width <= 1) continue; // hidden by the one-pane view
      if (planes === null) pane.clear();
      else pane.draw(planes, this.#isHurried);
    }
    for (const resolve of this.#onceDrawn.splice(0)) resolve();
  }
}
