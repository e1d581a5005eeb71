/** A small map of the photo with the part that is to be seen, while that is not all of it. Drag it to go elsewhere. */

const LONGEST_SIDE = 150; // CSS pixels

export class Minimap {
  #picture = null; // the photo, small: drawing the large one again and again would cost frames
  #frame = null;

  constructor(canvas, viewport, signal) {
    this.canvas = canvas;
    this.viewport = viewport;
    viewport.addEventListener("change", () => this.#invalidate(), { signal });
    const goTo = (event) => {
      const { left, top } = canvas.getBoundingClientRect();
      const centre = [(event.clientX - left) / this.scale, (event.clientY - top) / this.scale];
      viewport.view = { scale: viewport.scale, centre };
    };
    const listen = (type, handler) => canvas.addEventListener(type, handler, { signal });
    listen("pointerdown", (event) => (canvas.setPointerCapture(event.pointerId), goTo(event)));
    listen("pointermove", (event) => event.buttons > 0 && goTo(event));
  }

  /** photo: a canvas of the image's size, or null while there is none. */
  show(photo) {
    this.#picture = null;
    this.canvas.hidden = true;
    if (photo === null) return;
    this.scale = LONGEST_SIDE / Math.max(photo.width, photo.height);
    const [width, height] = [photo.width, photo.height].map((side) => Math.max(1, Math.round(side * this.scale)));
    const density = window.devicePixelRatio;
    this.#picture = document.createElement("canvas");
    this.#picture.width = Math.round(width * density);
    this.#picture.height = Math.round(height * density);
    const context = this.#picture.getContext("2d");
    context.imageSmoothingQuality = "medium";
    context.drawImage(photo, 0, 0, this.#picture.width, this.#picture.height);
    this.size = { width: photo.width, height: photo.height };
    Object.assign(this.canvas, { width: this.#picture.width, height: this.#picture.height });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.#invalidate();
  }

  #invalidate() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#draw();
    });
  }

  #draw() {
    if (this.#picture === null) return;
    const { left, top, right, bottom } = this.viewport.visible;
    const { width, height } = this.size;
    this.canvas.hidden = left <= 0 && top <= 0 && right >= width && bottom >= height;
    if (this.canvas.hidden) return;
    const context = this.canvas.getContext("2d");
    const scale = this.scale * window.devicePixelRatio;
    context.drawImage(this.#picture, 0, 0);
    context.fillStyle = "rgb(0 0 0 / 45%)";
    context.beginPath();
    context.rect(0, 0, this.canvas.width, this.canvas.height);
    context.rect(left * scale, top * scale, (right - left) * scale, (bottom - top) * scale);
    context.fill("evenodd");
    context.strokeStyle = "white";
    context.lineWidth = window.devicePixelRatio;
    context.strokeRect(left * scale, top * scale, (right - left) * scale, (bottom - top) * scale);
  }
}
