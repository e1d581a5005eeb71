/**
 * The drafter once more, for a part: drag a box around a subject, or click what it got wrong.
 *
 * A box is drafted anew as if the subject lay inside. A click says that this place is foreground (with Alt, or with the
 * right button, background); clicks add up until the tool is put away or the photo changes.
 */

const MOST_CLICKS = 100; // that the server takes
const LEAST_SIDE = 8; // pixels: a smaller box was meant as a click
const CLICK_REACH = 0.2; // of the longer side of the photo: the part around its clicks that is drafted anew

export class PartTool {
  takesRightButton = true;
  #desk;
  #start = null;
  #clicks = [];
  #imageId = null;

  constructor(desk) {
    this.#desk = desk;
  }

  /** The part that a click would have drafted anew. */
  hover({ pixel }) {
    const session = this.#desk.session();
    if (session !== null && session !== undefined) this.#desk.guides.box = around(pixel, session.info);
  }

  begin(place, event) {
    this.#start = place.pixel;
    this.isBackground = event?.altKey === true || event?.button === 2;
  }

  move({ pixel }) {
    if (this.#start !== null) this.#desk.guides.box = boxOf(this.#start, pixel);
  }

  end({ pixel }) {
    const session = this.#desk.session();
    const box = boxOf(this.#start ?? pixel, pixel);
    this.cancel();
    if (session === null || session === undefined || session.isBlank) return; // the options say why
    const { width, height, id } = session.info;
    if (Math.min(box.right - box.left, box.bottom - box.top) >= LEAST_SIDE) {
      this.#clicks = [];
      return session.redraft({ ...clippedTo(box, width, height), subject: true, clicks: [] });
    }
    if (id !== this.#imageId) this.#clicks = [];
    this.#imageId = id;
    const [x, y] = pixel;
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const click = { x, y, label: this.isBackground ? "background" : "foreground" };
    this.#clicks = [...this.#clicks, click].slice(-MOST_CLICKS);
    session.redraft({ ...around(pixel, session.info), subject: false, clicks: [...this.#clicks] });
  }

  cancel() {
    this.#start = null;
    this.#desk.guides.box = null;
  }

  putAway() {
    this.#clicks = [];
  }
}

function boxOf([ax, ay], [bx, by]) {
  return { left: Math.min(ax, bx), top: Math.min(ay, by), right: Math.max(ax, bx) + 1, bottom: Math.max(ay, by) + 1 };
}

function around([x, y], { width, height }) {
  const reach = Math.round(CLICK_REACH * Math.max(width, height));
  return clippedTo({ left: x - reach, top: y - reach, right: x + reach, bottom: y + reach }, width, height);
}

function clippedTo({ left, top, right, bottom }, width, height) {
  return {
    left: Math.max(0, left),
    top: Math.max(0, top),
    right: Math.min(width, right),
    bottom: Math.min(height, bottom),
  };
}
