/** The ring that shows the brush, at the same place of the image in every pane; a cross for tools without a size. */

export class Rings {
  #rings;

  constructor(panes) {
    this.#rings = panes.map((pane) => {
      const ring = document.createElement("div");
      ring.className = "ml-ring";
      ring.hidden = true;
      pane.append(ring);
      return ring;
    });
  }

  /** at: pane coordinates, or null to hide. diameter: image pixels, or undefined for a cross. ink: its colour. */
  show({ at, diameter, ink, scale }) {
    for (const ring of this.#rings) {
      ring.hidden = at === null;
      if (at === null) continue;
      const isCross = diameter === undefined;
      const side = isCross ? 17 : diameter * scale;
      ring.classList.toggle("is-cross", isCross);
      ring.dataset.ink = ink;
      ring.style.width = ring.style.height = `${side}px`;
      ring.style.transform = `translate(${at[0] - side / 2}px, ${at[1] - side / 2}px)`;
    }
  }
}
