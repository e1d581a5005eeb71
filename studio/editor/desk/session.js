/**
 * One opened image: its pixels, its version on the server, and what the operator does to it.
 *
 * A stroke paints the local trimap at once; the server answers with patches of alpha. Patches of the trimap come
 * only after an undo or a redo, and the strokes that still wait are painted over them again, so that an answer
 * never takes away what was drawn after its request.
 */

import { blobFromBase64, decodeGreyPng } from "../pixels/grey_png.js";
import { Outbox } from "../transport/outbox.js";
import { Planes } from "../view/planes.js";
import { Settling } from "../transport/settling.js";
import { MAX_POINTS, stepsBetween } from "../edits/brush.js";
import { RefusedError } from "../transport/transport.js";

export const LOCKED_STATES = ["approved", "skipped"]; // reopen before correcting

export class ImageSession extends EventTarget {
  #transport;
  #closed = false;
  #stroke = null; // the one under the pointer

  /** Load everything of image `id`. Throws the errors of transport.js. */
  static async open(transport, id) {
    const [info, photo, trimap, alpha] = await Promise.all([
      transport.image(id),
      transport.photo(id).then((blob) => createImageBitmap(blob)),
      transport.trimap(id).then(decodeGreyPng),
      transport.alpha(id).then(decodeGreyPng),
    ]);
    for (const plane of [trimap, alpha]) {
      if (plane.width !== info.width || plane.height !== info.height) {
        throw new RefusedError(`${plane.width}x${plane.height} ≠ ${info.width}x${info.height}`, 500);
      }
    }
    const { width, height } = info;
    const planes = new Planes({ width, height, photo, trimap: trimap.bytes, alpha: alpha.bytes });
    photo.close();
    return new ImageSession(transport, info, planes);
  }

  /**
   * Events: "pixels" when the planes must be drawn anew; "change" when a status, a state or a possibility changed;
   * "conflict" and "refused" with detail {error}. Call `start` once somebody listens.
   */
  constructor(transport, info, planes) {
    super();
    this.#transport = transport;
    this.info = info;
    this.planes = planes;
    this.isTouched = false;
    const write = async (change, { wasResent, kind }) => {
      await (wasResent ? this.#fetch(change) : this.#write(change));
      if (kind === "recompute" && this.outbox.waiting === 1) this.settling.settled();
    };
    this.outbox = new Outbox({ transport, imageId: info.id, document: info, write });
    this.outbox.addEventListener("state", () => this.#saved());
    this.settling = new Settling({
      compute: () => transport.settle(info.id, this.outbox.version),
      show: (change, isCurrent) => this.#write(change, isCurrent),
    });
    this.settling.addEventListener("change", () => this.#announce("change"));
    for (const name of ["conflict", "refused"]) {
      this.outbox.addEventListener(name, ({ detail }) => this.#announce(name, detail));
    }
  }

  /** Show and send the strokes that an earlier visit of this tab left behind. */
  start() {
    this.isTouched = this.outbox.waiting > 0;
    this.#repaintWaiting();
    this.outbox.send();
  }

  get isLocked() {
    return LOCKED_STATES.includes(this.info.state);
  }

  get hasUnsaved() {
    return this.#stroke !== null || this.outbox.waiting > 0;
  }

  /** Put the brush down at `point` ([x, y] in quarter pixels). */
  beginStroke({ label, radius }, point) {
    if (this.isLocked || this.outbox.state === "stopped") return;
    this.#stroke = { label, radius, points: [point] };
    this.settling.disturb();
    this.#paintTo(point);
  }

  /** Draw on to `point`, if the brush is down. */
  extendStroke(point) {
    if (this.#stroke === null) return;
    for (const step of stepsBetween(this.#stroke.points.at(-1), point)) {
      if (this.#stroke.points.length === MAX_POINTS) {
        const { label, radius, points } = this.#stroke;
        this.endStroke();
        this.#stroke = { label, radius, points: [points.at(-1)] };
      }
      this.#paintTo(step);
      this.#stroke.points.push(step);
    }
  }

  /** Lift the brush: the stroke is on its way to the server. */
  endStroke() {
    if (this.#stroke === null) return;
    const stroke = this.#stroke;
    this.#stroke = null;
    this.#add({ kind: "stroke", key: newKey(), ...stroke });
  }

  /** Paint and send strokes that were made on an older version of the image. */
  reapply(strokes) {
    for (const { label, radius, points } of strokes) {
      this.planes.paint({ label, radius, points });
      this.#add({ kind: "stroke", key: newKey(), label, radius, points });
    }
    this.#announce("pixels");
  }

  undo() {
    if (this.outbox.canUndo) this.#add({ kind: "undo", key: newKey() });
  }

  redo() {
    if (this.outbox.canRedo) this.#add({ kind: "redo", key: newKey() });
  }

  recompute() {
    this.#add({ kind: "recompute" });
  }

  // Each answers with {state, next}, the last one with {state}. Approve only what is saved.
  approve = () => this.#transport.approve(this.info.id, this.outbox.version);
  skip = (reason) => this.#transport.skip(this.info.id, reason);
  reopen = () => this.#transport.reopen(this.info.id);

  /** Resolves when every stroke is acknowledged and its answer is shown; rejects if sending has stopped. */
  async whenSaved() {
    while (this.outbox.waiting > 0) {
      if (this.outbox.state === "stopped") throw new Error("sending has stopped");
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }));
    }
  }

  close() {
    this.#closed = true;
    this.endStroke();
    if (this.settling.isUnderWay) this.#transport.leave(this.info.id);
    this.settling.disturb();
    this.outbox.close();
    this.planes.release();
  }

  #add(operation) {
    // After a conflict nothing is sent any more; only a stroke that was under way is still kept for the operator.
    if (this.isLocked || (this.outbox.state === "stopped" && operation.kind !== "stroke")) return;
    this.isTouched = true;
    this.settling.disturb();
    this.outbox.add(operation);
  }

  #saved() {
    const isQuiet = this.outbox.waiting === 0 && this.#stroke === null && this.outbox.state === "idle";
    if (isQuiet && this.isTouched && !this.isLocked && !this.#closed) this.settling.schedule();
    this.#announce("change");
  }

  #paintTo(point) {
    const { label, radius, points } = this.#stroke;
    this.planes.paintSegment({ label, radius, from: points.at(-1), to: point });
    this.#announce("pixels");
  }

  async #write({ state, patches }, isCurrent = () => true) {
    const decoded = await Promise.all(patches.map(({ png }) => decodeGreyPng(blobFromBase64(png))));
    if (this.#closed || !isCurrent()) return;
    patches.forEach(({ plane, left, top }, i) => this.planes.write({ plane, left, top, ...decoded[i] }));
    this.info = { ...this.info, state };
    this.#repaintWaiting();
  }

  /** An answer to a request that was sent twice may leave out what its lost twin told: fetch both planes whole. */
  async #fetch({ state }) {
    const { id } = this.info;
    const [trimap, alpha] = await Promise.all([this.#transport.trimap(id), this.#transport.alpha(id)]);
    const decoded = await Promise.all([decodeGreyPng(trimap), decodeGreyPng(alpha)]);
    if (this.#closed) return;
    ["trimap", "alpha"].forEach((plane, i) => this.planes.write({ plane, left: 0, top: 0, ...decoded[i] }));
    this.info = { ...this.info, state };
    this.#repaintWaiting();
  }

  #repaintWaiting() {
    for (const stroke of this.outbox.waitingStrokes) this.planes.paint(stroke);
    if (this.#stroke !== null) this.planes.paint(this.#stroke);
    this.#announce("pixels");
  }

  #announce(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** A random UUID; crypto.randomUUID exists only on https and localhost, and a studio may run on a plain LAN. */
function newKey() {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
  hex[6] = `4${hex[6][1]}`;
  hex[8] = (8 + (parseInt(hex[8][0], 16) % 4)).toString(16) + hex[8][1];
  const text = hex.join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
