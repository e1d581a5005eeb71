/**
 * What the operator did and the server has not yet acknowledged: kept in order, sent one request at a time, kept in
 * the tab's storage until acknowledged, sent again when the connection comes back.
 *
 * An operation is {kind: "edit", key, edit}, {kind: "undo" | "redo", key}, {kind: "redraft", key, part} or
 * {kind: "recompute"}.
 * Every key is unique, so that the server recognises what it has already stored. A batch that was sent once is
 * `sealed`: it is sent again with the same content and the same version, for its answer may have been lost after
 * the server stored it.
 */

import { ConflictError, UnreachableError } from "./transport.js";

const LARGEST_BATCH = 32; // edits in one request
const MOST_POINTS = 60_000; // of the edits in one request: below 2 MB; the server takes 4 MB
const FIRST_PAUSE = 500; // milliseconds before the first retry; doubles up to the longest
const LONGEST_PAUSE = 15_000;
const LONGEST_BUSY_PAUSE = 2_000; // a busy studio answers, and has room for somebody again and again
const BUSY_UNTOLD = 2; // so many times it says so before the operator is told

export class Outbox extends EventTarget {
  #transport;
  #imageId;
  #write;
  #operations = [];
  #sealed = 0;
  #attempts = 0;
  #isUnsure = false; // a request was sent of which nobody knows whether its operations were stored
  #timer = null;
  #inFlight = false;
  #closed = false;

  /**
   * document: {revision, position, can_undo, can_redo} as the server last told it, and `matte`, what the alpha on the
   * screen is called.
   * write: async (change, {wasResent, kind, count}), puts the answer to the first `count` operations, of that kind, on
   * the screen, and resolves to what the alpha there is called then. They are taken out of `operations` once that is done.
   *
   * Events: "state" whenever `state` or the number of waiting operations changes; "conflict" and "refused" with
   * detail {error}, after which nothing is sent any more.
   */
  constructor({ transport, imageId, document, write }) {
    super();
    this.#transport = transport;
    this.#imageId = imageId;
    this.#write = write;
    this.document = document;
    this.state = "idle"; // idle, sending, busy, offline or stopped
    this.trouble = null; // while offline or busy: the code of the server's error, if it answered with one
    this.#recall();
  }

  get waiting() {
    return this.#operations.length;
  }

  /** What waits, in order. */
  get operations() {
    return this.#operations;
  }

  get waitingEdits() {
    return this.#operations.filter(({ kind }) => kind === "edit").map(({ edit }) => edit);
  }

  /** Where this stands, for every request: the place in the log, and what is seen there. */
  get version() {
    const { revision, position, matte = null } = this.document;
    return matte === null ? { revision, position } : { revision, position, matte };
  }

  /** The alpha on the screen is another one, at the same place. */
  shows(matte) {
    this.document = { ...this.document, matte };
  }

  get canUndo() {
    return this.document.can_undo || this.#operations.some(({ kind }) => kind === "edit" || kind === "redraft");
  }

  get canRedo() {
    return this.document.can_redo || this.#operations.some(({ kind }) => kind === "undo");
  }

  add(operation) {
    this.#operations.push(operation);
    this.#remember();
    this.#announce(this.state);
    this.send();
  }

  /** Send what waits, now; also the way to cut a pause between retries short. */
  async send() {
    if (this.#closed || this.#inFlight || this.state === "stopped") return;
    clearTimeout(this.#timer);
    this.#dropImpossible();
    if (this.#sealed === 0) this.#sealed = this.#batchSize();
    this.#remember();
    if (this.waiting === 0) return this.#announce("idle");
    this.#inFlight = true;
    // a retry stays what it was until it succeeds
    if (this.state !== "offline" && this.state !== "busy") this.#announce("sending");
    try {
      this.#attempts += 1;
      await this.#accept(await this.#post(this.#operations.slice(0, this.#sealed)));
    } catch (error) {
      this.#inFlight = false;
      if (!this.#closed) this.#failed(error);
      return;
    }
    this.#inFlight = false;
    this.send();
  }

  /** Take up sending again after a refusal, with the same operations. */
  resume() {
    if (this.state === "stopped") this.state = "idle";
    this.send();
  }

  /** Forget everything that waits, also in the tab's storage. */
  discard() {
    this.#operations = [];
    this.#sealed = 0;
    this.#remember();
  }

  /** Stop sending. What waits stays in the tab's storage and is recalled when the image is opened again. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #post(batch) {
    const [{ kind, key, part }] = batch;
    if (kind === "edit") {
      const edits = batch.map(({ key, edit }) => ({ key, edit }));
      return this.#transport.edits(this.#imageId, this.version, edits);
    }
    if (kind === "redraft") return this.#transport.redraft(this.#imageId, this.version, key, part);
    if (kind === "recompute") return this.#transport.recompute(this.#imageId, this.version);
    return this.#transport[kind](this.#imageId, this.version, key);
  }

  async #accept(change) {
    if (this.#closed) return;
    const about = { wasResent: this.#isUnsure, kind: this.#operations[0].kind, count: this.#sealed };
    const matte = await this.#write(change, about);
    if (this.#closed) return;
    this.#operations.splice(0, this.#sealed);
    this.#sealed = 0;
    this.#attempts = 0;
    this.#isUnsure = false;
    const { revision, position, can_undo, can_redo } = change;
    this.document = { revision, position, can_undo, can_redo, matte };
    this.#remember();
    this.#announce("sending");
  }

  #failed(error) {
    if (error instanceof UnreachableError) {
      const isBusy = error.code === "busy"; // nothing was stored then
      this.#isUnsure ||= !isBusy;
      const pause = Math.min(isBusy ? LONGEST_BUSY_PAUSE : LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#attempts - 1));
      // those who were turned away together must not all come again together
      this.#timer = setTimeout(() => this.send(), isBusy ? pause * (0.75 + Math.random() / 2) : pause);
      this.trouble = error.code;
      if (!isBusy) this.#announce("offline");
      else this.#announce(this.#attempts > BUSY_UNTOLD ? "busy" : "sending");
      return;
    }
    this.#announce("stopped");
    const name = error instanceof ConflictError ? "conflict" : "refused";
    this.dispatchEvent(new CustomEvent(name, { detail: { error } }));
  }

  /** All that came before is acknowledged here, so `document` tells exactly whether an undo or a redo can be done. */
  #dropImpossible() {
    const isImpossible = ({ kind }) =>
      (kind === "undo" && !this.document.can_undo) || (kind === "redo" && !this.document.can_redo);
    while (this.#sealed === 0 && this.waiting > 0 && isImpossible(this.#operations[0])) this.#operations.shift();
  }

  #batchSize() {
    // The first that is no edit ends the batch, and the first that has too many points together with those before.
    let points = 0;
    const ends = ({ kind, edit }) => kind !== "edit" || (points += edit.points?.length ?? 0) > MOST_POINTS;
    const next = this.#operations.findIndex(ends);
    return Math.min(LARGEST_BATCH, next === -1 ? this.waiting : Math.max(1, next));
  }

  #announce(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  get #storageKey() {
    return `matteloop.edits.${this.#imageId}`;
  }

  #remember() {
    try {
      if (this.waiting === 0) {
        sessionStorage.removeItem(this.#storageKey);
      } else {
        const kept = { version: this.version, sealed: this.#sealed, operations: this.#operations };
        sessionStorage.setItem(this.#storageKey, JSON.stringify(kept));
      }
    } catch {
      // Storage full or forbidden: the strokes are still in memory, and leaving the page asks first.
    }
  }

  #recall() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(this.#storageKey));
    } catch {
      // Forbidden or damaged storage holds nothing to send.
    }
    if (kept === null) return;
    this.document = { ...this.document, ...kept.version };
    this.#operations = kept.operations;
    this.#sealed = kept.sealed;
    this.#isUnsure = kept.sealed > 0;
  }
}
