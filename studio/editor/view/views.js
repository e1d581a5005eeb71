/** What the two panes draw: the photo under its trimap, and the cut-out over a backdrop. */

const CRISP_ABOVE = 2; // device pixels per image pixel: beyond this, pixels are drawn as squares
const CHECKER_SIDE = 10; // CSS pixels
const CHECKER_COLOURS = ["#ffffff", "#cfcfcf"];

export const BACKDROPS = ["checkerboard", "black", "white", "alpha", "colour", "photo"];

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

  /** Draw a small map of the whole image over it; null draws nothing. */
  stretch(map, source) {
    if (map === null) return;
    const density = window.devicePixelRatio;
    const [left, top] = this.viewport.toPane([0, 0]);
    const scale = this.viewport.scale * density;
    this.context.imageSmoothingEnabled = true;
    this.context.drawImage(map, left * density, top * density, source.width * scale, source.height * scale);
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

/** The photo, tinted by its trimap, and where the model is unsure. */
export class PhotoPane extends Pane {
  opacity = 1;
  isOverlayHidden = false;
  heat = null; // a canvas that is stretched over the image

  draw(planes, isHurried) {
    this.clear();
    this.drawImage(planes.photo, { isHurried: false }); // it never changes, its reduced copy is kept by the browser
    if (this.isOverlayHidden) return;
    this.drawImage(planes.overlay, { isHurried, opacity: this.opacity });
    this.stretch(this.heat, planes.photo);
  }
}

/** The cut-out over a backdrop, or its alpha alone, and another version of it beside or instead. */
export class CutoutPane extends Pane {
  backdrop = "checkerboard";
  colour = "black";
  backdropPhoto = null; // ImageBitmap
  heat = null;
  isHeatHidden = false;
  other = null; // a canvas: the cut-out of another version
  isOtherShown = false; // instead of this one
  wipe = null; // share of the pane's width from which on the other version is shown

  draw(planes, isHurried) {
    this.clear();
    if (this.other === null) {
      this.drawImage(planes.cutout, { isHurried });
    } else if (this.isOtherShown) {
      this.drawImage(this.other, { isHurried });
    } else {
      const edge = Math.round(this.canvas.width * (this.wipe ?? 1));
      this.#clipped(0, edge, () => this.drawImage(planes.cutout, { isHurried }));
      this.#clipped(edge, this.canvas.width, () => this.drawImage(this.other, { isHurried }));
    }
    if (this.backdrop === "alpha") this.fillImage(planes.cutout, "white", "source-in");
    if (this.backdrop === "photo" && this.backdropPhoto !== null) this.#drawBackdropPhoto(planes.cutout);
    else this.fillImage(planes.cutout, this.#backdropStyle(), "destination-over");
    if (!this.isHeatHidden) this.stretch(this.heat, planes.cutout);
  }

  #clipped(left, right, draw) {
    if (right <= left) return;
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(left, 0, right - left, this.canvas.height);
    context.clip();
    draw();
    context.restore();
  }

  /** Covers the rectangle of the image, as a shop page would show the product in a scene. */
  #drawBackdropPhoto(source) {
    const { width, height } = this.backdropPhoto;
    const cover = Math.max(source.width / width, source.height / height);
    const [cutWidth, cutHeight] = [source.width / cover, source.height / cover];
    const density = window.devicePixelRatio;
    const [left, top] = this.viewport.toPane([0, 0]);
    const scale = this.viewport.scale * density;
    this.context.globalCompositeOperation = "destination-over";
    this.context.imageSmoothingEnabled = true;
    this.context.drawImage(
      this.backdropPhoto,
      (width - cutWidth) / 2,
      (height - cutHeight) / 2,
      cutWidth,
      cutHeight,
      left * density,
      top * density,
      source.width * scale,
      source.height * scale,
    );
    this.context.globalCompositeOperation = "source-over";
  }

  /** One colour that stands for the backdrop where there is no room for a pattern. */
  get plainBackdrop() {
    if (this.backdrop === "colour") return this.colour;
    return { checkerboard: "#e4e4e4", photo: "#808080", white: "white" }[this.backdrop] ?? "black"; // alpha: on black
  }

  #backdropStyle() {
    return this.backdrop === "checkerboard" ? this.checkerboard : this.plainBackdrop;
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

  /** Resolves when the panes have been drawn once more, with all that there is to see. */
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
    const isComplete = planes?.refresh() ?? true;
    for (const pane of this.panes) {
      if (pane.canvas.width <= 1) continue; // hidden by the one-pane view
      if (planes === null) pane.clear();
      else pane.draw(planes, this.#isHurried);
    }
    if (!isComplete) return this.invalidate({ isHurried: true }); // a large photo that has just been opened
    for (const resolve of this.#onceDrawn.splice(0)) resolve();
  }
}
