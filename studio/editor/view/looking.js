/**
 * What helps to look: where the model is unsure, what the trimap check found, and another version to compare with.
 * All of it comes from the server when the photo is calm, and is thrown away when it changes.
 */

import { blobFromBase64, decodeGreyPng } from "../pixels/grey_png.js";

const CALM = 2500; // milliseconds after the last change: looking takes the processor that the next stroke needs
const NEAR_PLACES = 0.02; // of the longer side: two places nearer than that are one for whoever jumps

export class Looking extends EventTarget {
  heat = null; // a canvas, small
  places = []; // {x, y, box, ...}, the most doubtful first
  slips = []; // {kind, x, y, box, severity}
  other = null; // a canvas of the image's size: the cut-out of the version to compare with
  #session = null;
  #timer = null;
  #turn = 0;
  #comparison = 0; // the one that was asked for last; the answer to an older one is out of date
  #at = -1; // the place that was jumped to last
  #isFresh = false; // whether `places` are those of the photo as it is now

  constructor(transport) {
    super();
    this.transport = transport;
  }

  /** Another photo is on the desk, or none. */
  open(session) {
    this.#session = session;
    this.forget();
    Object.assign(this, { heat: null, places: [], slips: [], other: null });
    this.#at = -1;
    this.#isFresh = false;
    this.#announce();
  }

  /** The photo has changed: what was found is out of date, and is looked for again once it is calm. */
  disturb(wanted) {
    this.forget();
    this.#isFresh = false;
    if (this.#session === null || !(wanted.heat || wanted.slips)) return;
    this.#timer = setTimeout(async () => {
      try {
        await this.#look(wanted);
      } catch {
        // Nothing depends on it: the next calm moment tries again.
      }
    }, CALM);
  }

  forget() {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  /** Fetch the alpha of "draft" or "approved" for comparison. Resolves to whether there is one. */
  async compareWith(which) {
    const session = this.#session;
    const comparison = ++this.#comparison;
    if (session === null) return false;
    const { bytes } = await decodeGreyPng(await this.transport.versionAlpha(session.info.id, which));
    if (session !== this.#session) return false;
    if (comparison !== this.#comparison) return true; // there is one, but nobody waits for it any more
    this.other = session.planes.cutOutBy(bytes);
    this.#announce();
    return true;
  }

  stopComparing() {
    this.#comparison += 1;
    this.other = null;
    this.#announce();
  }

  /**
   * The next place that deserves a look, by a step of 1 or -1; null if there is none. Throws the errors of transport.js
   * if nothing is known and nothing can be learned.
   */
  async jump(step) {
    if (this.#session === null) return null;
    try {
      if (!this.#isFresh) await this.#look({ heat: true, slips: false });
    } catch (error) {
      if (this.places.length === 0) throw error;
    }
    if (this.places.length === 0) return null;
    const from = this.#at === -1 && step < 0 ? 0 : this.#at; // the first step back leads to the last place
    this.#at = (from + step + this.places.length) % this.places.length;
    this.#announce();
    return { ...this.places[this.#at], number: this.#at + 1, of: this.places.length };
  }

  get current() {
    return this.places[this.#at] ?? null;
  }

  async #look(wanted) {
    const [session, turn] = [this.#session, this.#turn];
    const isCurrent = () => turn === this.#turn && session === this.#session;
    if (wanted.heat) {
      const { png, places } = await this.transport.doubt(session.info.id);
      const map = await decodeGreyPng(blobFromBase64(png));
      if (!isCurrent()) return;
      this.heat = coloured(map);
      this.#at = this.#nearest(places); // before they take the place of the old ones
      this.places = places;
      this.#isFresh = true;
    }
    if (wanted.slips) {
      const { slips } = await this.transport.slips(session.info.id);
      if (!isCurrent()) return;
      this.slips = slips;
    }
    this.#announce();
  }

  /** After a change the places are counted anew: go on from where the last jump led. */
  #nearest(places) {
    const last = this.current;
    if (last === null) return -1;
    const { width, height } = this.#session.info;
    const reach = NEAR_PLACES * Math.max(width, height);
    return places.findIndex(({ x, y }) => Math.hypot(x - last.x, y - last.y) <= reach);
  }

  #announce() {
    this.dispatchEvent(new Event("change"));
  }
}

/** From blue over magenta to yellow, and from clear to solid, so that colour is not all that tells. */
const HEAT = Array.from({ length: 256 }, (_, doubt) => {
  const share = Math.sqrt(doubt / 255); // most doubt is small
  return [80 + 175 * share, 255 * Math.max(0, 2 * share - 1), 200 * (1 - share), 235 * share];
});

function coloured({ width, height, bytes }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  bytes.forEach((doubt, i) => image.data.set(HEAT[doubt], 4 * i));
  context.putImageData(image, 0, 0);
  return canvas;
}
