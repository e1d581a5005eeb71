/**
 * One opened image: its pixels, its version on the server, and what the operator does to it.
 *
 * An edit shows at once where the browser can paint it by itself; the server answers with patches of alpha. Patches of
 * the trimap come only where the browser could not know it (undo, redo, a fill, the band, a part drafted anew), and
 * what still waits is painted over them again, so that an answer never takes away what was done after its request.
 */

import { isPaintedHere } from "../edits/edit.js";
import { blobFromBase64, decodeGreyPng } from "../pixels/grey_png.js";
import { Outbox } from "../transport/outbox.js";
import { Settling } from "../transport/settling.js";
import { RefusedError } from "../transport/transport.js";
import { Planes } from "../view/planes.js";
import { newKey } from "./keys.js";
import { Lease } from "./lease.js";
import { LiveStroke } from "./live_stroke.js";

const BLANK = "blank"; // in the place of a drafter's name (annotation_store/kinds.py)
export const OPEN_STATES = ["ready", "in_correction"]; // in any other, nothing is corrected

export class ImageSession extends EventTarget {
  #transport;
  #closed = false;
  #stroke = null; // the one under the pointer
  #draft = null; // the promise of the draft's trimap
  #hasWaited = false; // whether something else was on its way when the stroke under the pointer began

  /** Load everything of image `id`. Throws the errors of transport.js. */
  static async open(transport, id) {
    const [info, photo, trimap, alpha] = await Promise.all([
      transport.image(id),
      transport.photo(id).then((blob) => createImageBitmap(blob)),
      transport.trimap(id).then(decodeGreyPng),
      transport.shownAlpha(id).then(decodeShown),
    ]);
    for (const plane of [trimap, alpha]) {
      if (plane.width !== info.width || plane.height !== info.height) {
        throw new RefusedError(`${plane.width}x${plane.height} ≠ ${info.width}x${info.height}`, 500);
      }
    }
    const { width, height } = info;
    const planes = new Planes({ width, height, photo, trimap: trimap.bytes, alpha: alpha.bytes });
    photo.close();
    return new ImageSession(transport, { ...info, matte: alpha.matte }, planes);
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
    const write = async (change, { wasResent, kind, count }) => {
      const matte = await (wasResent ? this.#fetch(change, count) : this.#write(change, { count }));
      if (kind === "recompute" && this.outbox.waiting === 1) this.settling.settled();
      return matte;
    };
    this.outbox = new Outbox({ transport, imageId: info.id, document: info, write });
    this.outbox.addEventListener("state", () => this.#saved());
    this.settling = new Settling({
      compute: () => transport.settle(info.id, this.outbox.version),
      show: async (change, isCurrent) => {
        const matte = await this.#write(change, { isCurrent });
        if (isCurrent()) this.outbox.shows(matte);
      },
    });
    this.settling.addEventListener("change", () => this.#announce("change"));
    const lost = (error) => this.#announce("conflict", { error });
    this.lease = new Lease({ transport, imageId: info.id, lost });
    for (const name of ["conflict", "refused"]) {
      this.outbox.addEventListener(name, ({ detail }) => this.#announce(name, detail));
    }
  }

  /** Show and send what an earlier visit of this tab left behind. */
  start() {
    this.isTouched = this.outbox.waiting > 0;
    this.#repaintWaiting();
    if (!this.isLocked) this.lease.hold();
    this.outbox.send();
  }

  /** Somebody is to make it from nothing, as a pilot decided by lot: no draft helps, nor one of a part. */
  get isBlank() {
    return this.info.drafter === BLANK;
  }

  get isLocked() {
    return this.isHeldElsewhere || !OPEN_STATES.includes(this.info.state);
  }

  /** Whether somebody else had the photo in hand when it was opened: then it is only looked at. */
  get isHeldElsewhere() {
    return this.info.held_by !== null;
  }

  get hasUnsaved() {
    return this.#stroke !== null || this.outbox.waiting > 0;
  }

  get isDrawing() {
    return this.#stroke !== null;
  }

  /** The draft's trimap, by which erasing knows what to bring back; resolves once it is there. */
  async needDraft() {
    this.#draft ??= this.#transport.draftTrimap(this.info.id).then(decodeGreyPng);
    try {
      const { bytes } = await this.#draft;
      if (!this.#closed) this.planes.draft = bytes;
    } catch (error) {
      this.#draft = null;
      throw error;
    }
  }

  /** Put the brush down at `point` ([x, y] in quarter pixels). brush: an edit without its points. */
  beginStroke(brush, point, pressure = 1) {
    if (this.isLocked || this.outbox.state === "stopped") return;
    if (brush.ink === "draft" && this.planes.draft === null) return void this.needDraft().catch(() => {});
    this.settling.disturb();
    this.#hasWaited = this.outbox.waiting > 0;
    this.#stroke = this.#newStroke(brush);
    this.#stroke.extend(point, pressure);
  }

  /** Draw on to `point`, if the brush is down. */
  extendStroke(point, pressure = 1) {
    if (this.#stroke === null) return;
    this.#stroke.extend(point, pressure);
    if (!this.#stroke.isFull) return;
    const { brush, points } = this.#stroke;
    this.endStroke();
    this.#stroke = this.#newStroke(brush);
    this.#stroke.extend(points.at(-1), pressure);
  }

  /** Lift the brush: the stroke is on its way to the server. */
  endStroke() {
    if (this.#stroke === null) return;
    const stroke = this.#stroke;
    this.#stroke = null;
    stroke.end();
    if (stroke.brush.tool === "soft_brush") this.planes.paint(stroke.edit); // wet, until the server has composed it
    this.#add({ kind: "edit", key: newKey(), edit: stroke.edit });
  }

  /** Call the stroke under the pointer off, as if it had never begun. */
  cancelStroke() {
    if (this.#stroke === null) return;
    const stroke = this.#stroke;
    this.#stroke = null;
    stroke.cancel();
    // What was answered while it was drawn is no longer to be seen then.
    if (this.#hasWaited)
      this.whenSaved().then(
        async () => this.outbox.shows(await this.#fetch(this.info)),
        () => {},
      );
  }

  /** Make an edit that needs no hand on the way: an area, a fill, the band. */
  edit(edit) {
    if (this.isLocked || this.outbox.state === "stopped") return;
    this.settling.disturb();
    if (this.#canPaint(edit, this.outbox.operations)) this.planes.paint(edit);
    this.#add({ kind: "edit", key: newKey(), edit });
    this.#announce("pixels");
  }

  /** Let the drafter make a part anew. part: {left, top, right, bottom, subject, clicks}. */
  redraft(part) {
    this.#add({ kind: "redraft", key: newKey(), part });
  }

  /** Paint and send edits that were made on an older version of the image. */
  reapply(edits) {
    for (const edit of edits) this.edit(edit);
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

  // Each answers with {state}. Decide only on what is saved.
  approve = () => this.#transport.approve(this.info.id, this.outbox.version);
  submit = () => this.#transport.submit(this.info.id, this.outbox.version);
  skip = (reason) => this.#transport.skip(this.info.id, reason);
  giveBack = (reason) => this.#transport.giveBack(this.info.id, reason);
  reopen = () => this.#transport.reopen(this.info.id);
  restore = (number) => this.#transport.restore(this.info.id, this.outbox.version, number);

  /** Resolves when every edit is acknowledged and its answer is shown; rejects if sending has stopped. */
  async whenSaved() {
    while (this.outbox.waiting > 0) {
      if (this.outbox.state === "stopped") throw new Error("sending has stopped");
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }));
    }
  }

  close() {
    this.endStroke();
    this.#closed = true;
    this.settling.disturb();
    this.lease.release(); // and with it, what is being settled is given up
    this.outbox.close();
    this.planes.release();
  }

  #newStroke(brush) {
    return new LiveStroke({
      planes: this.planes,
      brush,
      ask: async (edit) => {
        if (this.outbox.waiting > 0) throw new Error("what was done before comes first");
        return this.#transport.preview(this.info.id, this.outbox.version, edit);
      },
      changed: () => this.#announce("pixels"),
    });
  }

  #add(operation) {
    // After a conflict nothing is sent any more; only a stroke that was under way is still kept for the operator.
    if (this.isLocked || (this.outbox.state === "stopped" && operation.kind !== "edit")) return;
    this.isTouched = true;
    this.settling.disturb();
    this.outbox.add(operation);
  }

  #saved() {
    const isQuiet = this.outbox.waiting === 0 && this.#stroke === null && this.outbox.state === "idle";
    if (isQuiet && this.isTouched && !this.isLocked && !this.#closed) this.settling.schedule();
    if (this.outbox.waiting === 0 && !this.#closed) this.#dry();
    this.#announce("change");
  }

  /** Resolves to what the alpha on the screen is called then. */
  async #write({ state, matte = null, patches }, { isCurrent = () => true, count = 0 } = {}) {
    const decoded = await Promise.all(patches.map(({ png }) => decodeGreyPng(blobFromBase64(png))));
    if (this.#closed || !isCurrent()) return matte;
    patches.forEach(({ plane, left, top }, i) => this.planes.write({ plane, left, top, ...decoded[i] }));
    this.info = { ...this.info, state };
    this.#repaintWaiting(count);
    return matte;
  }

  /** An answer to a request that was sent twice may leave out what its lost twin told: fetch both planes whole. */
  async #fetch({ state }, count = 0) {
    const { id } = this.info;
    const [trimap, alpha] = await Promise.all([
      this.#transport.trimap(id).then(decodeGreyPng),
      this.#transport.shownAlpha(id).then(decodeShown),
    ]);
    if (this.#closed) return alpha.matte;
    this.planes.write({ plane: "trimap", left: 0, top: 0, ...trimap });
    this.planes.write({ plane: "alpha", left: 0, top: 0, ...alpha });
    this.info = { ...this.info, state };
    this.#repaintWaiting(count);
    return alpha.matte;
  }

  /** Paint what waits over what an answer to the first `count` operations has written. */
  #repaintWaiting(count = 0) {
    this.#dry();
    const operations = this.outbox.operations.slice(count);
    operations.forEach(({ kind, edit }, i) => {
      if (kind === "edit" && this.#canPaint(edit, operations.slice(0, i))) this.planes.paint(edit);
    });
    this.#stroke?.repaint();
    this.#announce("pixels");
  }

  /** A fill depends on all that lies below it: behind something that only the server knows, it waits for its answer. */
  #canPaint(edit, before) {
    const isPainted = (each) => isPaintedHere(each) && (each.ink !== "draft" || this.planes.draft !== null);
    const isKnown = ({ kind, edit }) => kind === "edit" && isPainted(edit);
    return isPainted(edit) && (edit.tool !== "fill" || before.every(isKnown));
  }

  #dry() {
    this.planes.markDirty(this.planes.wet.clear());
  }

  #announce(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

async function decodeShown({ blob, matte }) {
  return { ...(await decodeGreyPng(blob)), matte };
}
