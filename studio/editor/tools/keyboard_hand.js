/**
 * A hand on the keyboard: with a pane in focus, the arrow keys move the brush, and the space bar puts it down.
 *
 * One step is a quarter of the brush, ten times that with Shift; a moving mouse takes over again.
 */

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAST = 10;
const LEAST_STEP = 1; // image pixel

export class KeyboardHand {
  isActive = false; // the brush is where the keys have led it
  #isDown = false;
  #at = null; // image coordinates

  /** gestures: tools/gestures.js. panes: those that can be in focus. ring: () => diameter of a brush, or undefined. */
  constructor({ gestures, viewport, panes, ring, signal }) {
    this.gestures = gestures;
    this.viewport = viewport;
    this.panes = panes;
    this.ring = ring;
    for (const pane of panes) {
      pane.addEventListener("pointermove", () => this.#stop(), { signal });
      pane.addEventListener("blur", () => this.#stop(), { signal });
    }
  }

  /** Whether it took the key. */
  take(event) {
    const direction = ARROWS[event.key];
    const pane = this.panes.find((each) => each === event.composedPath()[0]);
    if (direction === undefined || pane === undefined) return false;
    const { width, height } = pane.getBoundingClientRect();
    if (!this.isActive) this.#at = this.viewport.toImage(this.gestures.last ?? [width / 2, height / 2]);
    this.isActive = true;
    const step = Math.max(LEAST_STEP, (this.ring() ?? 4) / 4) * (event.shiftKey ? FAST : 1);
    this.#at = [this.#at[0] + direction[0] * step, this.#at[1] + direction[1] * step];
    this.#keepInView(width, height);
    this.gestures.moveByKeyboard(this.viewport.toPane(this.#at), this.#isDown);
    return true;
  }

  /** The space bar while the hand is active. */
  press(isDown) {
    if (isDown === this.#isDown) return;
    this.#isDown = isDown;
    this.gestures.pressByKeyboard(this.viewport.toPane(this.#at), isDown);
  }

  #keepInView(width, height) {
    const [x, y] = this.viewport.toPane(this.#at);
    const beyond = (place, length) => Math.min(0, length - 20 - place) + Math.max(0, 20 - place);
    const [dx, dy] = [beyond(x, width), beyond(y, height)];
    if (dx !== 0 || dy !== 0) this.viewport.panBy(dx, dy);
  }

  #stop() {
    if (this.#isDown) this.press(false);
    this.isActive = false;
  }
}
