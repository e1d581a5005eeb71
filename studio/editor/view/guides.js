/** Lines over the photo that belong to no picture: outlines being drawn, boxes, pins. One SVG in each pane. */

const SVG = "http://www.w3.org/2000/svg";
const QUARTERS = 4;
const LEAST_SIDE = 14; // screen pixels: a smaller box would be taken for dirt

export class Guides {
  #layers;
  #outline = null;
  #box = null;
  #marks = []; // {kind, box: {left, top, right, bottom}} or {kind, point: [x, y], label}
  #frame = null;

  /** panes: elements that show `viewport`. */
  constructor(panes, viewport, signal) {
    this.viewport = viewport;
    this.#layers = panes.map((pane) => {
      const layer = document.createElementNS(SVG, "svg");
      layer.setAttribute("class", "ml-guides");
      layer.setAttribute("aria-hidden", "true");
      pane.append(layer);
      return layer;
    });
    viewport.addEventListener("change", () => this.#invalidate(), { signal });
  }

  /** Points in quarter pixels, or null. */
  set outline(points) {
    this.#outline = points;
    this.#invalidate();
  }

  /** Pixels, half-open, or null. */
  set box(box) {
    this.#box = box;
    this.#invalidate();
  }

  /** What to point at: {kind, box} in pixels or {kind, point: [x, y], label}; kind becomes a class. */
  set marks(marks) {
    this.#marks = marks;
    this.#invalidate();
  }

  #invalidate() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      for (const layer of this.#layers) layer.replaceChildren(...this.#shapes());
    });
  }

  #shapes() {
    const shapes = this.#marks.map((mark) => (mark.box ? this.#boxShape(mark.box, mark.kind) : this.#pinShape(mark)));
    if (this.#box !== null) shapes.push(...twice((under) => this.#boxShape(this.#box, `ml-outline ${under}`)));
    if (this.#outline !== null) {
      const places = this.#outline.map(([x, y]) => this.viewport.toPane([x / QUARTERS, y / QUARTERS]));
      const path = places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
      shapes.push(...twice((under) => shape("polygon", { points: path, class: `ml-outline ${under}` })));
    }
    return shapes;
  }

  #boxShape({ left, top, right, bottom }, className) {
    const [x, y] = this.viewport.toPane([left, top]);
    const [endX, endY] = this.viewport.toPane([right, bottom]);
    const [missingX, missingY] = [endX - x, endY - y].map((side) => Math.max(0, LEAST_SIDE - side));
    const size = { width: endX - x + missingX, height: endY - y + missingY };
    return shape("rect", { x: x - missingX / 2, y: y - missingY / 2, ...size, rx: 3, class: className });
  }

  #pinShape({ kind, point: [x, y], label }) {
    const [left, top] = this.viewport.toPane([x + 0.5, y + 0.5]);
    const pin = shape("g", { class: kind, transform: `translate(${left} ${top})` });
    pin.append(shape("circle", { r: 10, cy: -16 }), shape("path", { d: "M-5-8 0 0 5-8" }));
    const text = shape("text", { y: -12, "text-anchor": "middle" });
    text.textContent = label;
    pin.append(text);
    return pin;
  }
}

/** A light line on a dark one can be seen on any photo. */
function twice(make) {
  return [make("is-under"), make("is-over")];
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
