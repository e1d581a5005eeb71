/** An edge loupe: while its key is held, a round piece of each pane is shown larger at the pointer. */

const DIAMETER = 220; // CSS pixels
const TIMES = 4;
const LEAST_SCALE = 4; // screen pixels per image pixel: below that it would show nothing new

export class Loupe {
  #canvases;

  /** panes: elements, in the order of `sources`. */
  constructor(panes, viewport) {
    this.viewport = viewport;
    this.#canvases = panes.map((pane) => {
      const canvas = document.createElement("canvas");
      canvas.className = "ml-loupe";
      canvas.hidden = true;
      pane.append(canvas);
      return canvas;
    });
  }

  /**
   * at: pane coordinates, or null to hide. sources: for each pane, the canvases that lie over one another there;
   * ground: the colour below them.
   */
  show(at, sources, ground) {
    const density = window.devicePixelRatio;
    const scale = Math.max(LEAST_SCALE, this.viewport.scale * TIMES);
    this.#canvases.forEach((canvas, i) => {
      canvas.hidden = at === null;
      if (at === null) return;
      const side = Math.round(DIAMETER * density);
      if (canvas.width !== side) canvas.width = canvas.height = side;
      canvas.style.transform = `translate(${at[0] - DIAMETER / 2}px, ${at[1] - DIAMETER / 2}px)`;
      const [x, y] = this.viewport.toImage(at);
      const span = DIAMETER / scale; // image pixels
      const context = canvas.getContext("2d");
      context.imageSmoothingEnabled = false;
      context.globalAlpha = 1;
      context.fillStyle = ground;
      context.fillRect(0, 0, side, side);
      for (const { canvas: source, opacity } of sources[i]) {
        context.globalAlpha = opacity;
        context.drawImage(source, x - span / 2, y - span / 2, span, span, 0, 0, side, side);
      }
    });
  }
}
