/** The line between two versions of the matte: dragged by hand, or moved by the arrow keys. */

import { element } from "./dom.js";

const KEY_STEP = 0.02;

export class WipeHandle {
  isWanted = false;
  share = 0.5; // of the pane's width
  #line;
  #changed;

  constructor(pane, { say, changed }) {
    this.#changed = changed;
    this.pane = pane;
    this.#line = element("div", {
      className: "ml-wipe",
      hidden: true,
      tabIndex: 0,
      role: "slider",
      "aria-label": say("wipe.line"),
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      dataset: { testid: "wipe-line" },
      on: {
        pointerdown: (event) => {
          event.stopPropagation();
          this.#line.setPointerCapture(event.pointerId);
        },
        pointermove: (event) => {
          event.stopPropagation();
          if (event.buttons > 0) this.#moveTo(event.clientX);
        },
        keydown: (event) => {
          const step = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          this.#set(this.share + step);
        },
      },
    });
    pane.append(this.#line);
    this.#set(this.share);
  }

  set isShown(isShown) {
    this.#line.hidden = !isShown;
  }

  #moveTo(clientX) {
    const { left, width } = this.pane.getBoundingClientRect();
    this.#set((clientX - left) / width);
  }

  #set(share) {
    this.share = Math.min(1, Math.max(0, share));
    this.#line.style.left = `${100 * this.share}%`;
    this.#line.setAttribute("aria-valuenow", Math.round(100 * this.share));
    this.#changed(this.share);
  }
}
