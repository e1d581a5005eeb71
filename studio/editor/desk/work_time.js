/**
 * How long somebody is at the photo at hand: spans of signs of them, told to the server now and then.
 *
 * Only while the page is seen, by a clock that nobody can set. What cannot be told waits here, and is told later with its
 * age. Nobody waits for any of it, and no failure is told to anybody: working time is not the operator's business.
 */

import { RefusedError, UnreachableError } from "../transport/transport.js";

const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel"];
const TOGETHER = 5_000; // milliseconds from sign to sign within one span; the server knows which longer pauses are work
const EVERY = 30_000; // milliseconds
const LONGEST_AGO = 86_390; // seconds; the server takes a day, and telling takes a while
const MOST = 1000; // spans that wait, and that the server takes at once

/** What a look at a photo is for: "correction", "review", or null where it is no work. */
export function purposeOf({ state, held_by: heldBy }) {
  if (heldBy !== null) return null;
  if (state === "ready" || state === "in_correction") return "correction";
  return state === "in_review" || state === "approved" ? "review" : null;
}

export class WorkTime {
  #transport;
  #photo;
  #isSeen;
  #now;
  #waiting = []; // {id, purpose, began, ended}: what is not told yet, by the page's clock
  #latest = null; // the span that the next sign may go on with, told or not
  #foreign = new Set(); // purposes that are not this person's to tell of
  #listening = new AbortController();
  #timer;

  /**
   * photo: () => what the server last said of the photo at hand, or null. isSeen: whether the page is. now: milliseconds
   * that only go forward. Listens until `stop`.
   */
  constructor({
    transport,
    photo,
    isSeen = () => document.visibilityState === "visible",
    now = () => performance.now(),
    target = globalThis,
  }) {
    this.#transport = transport;
    this.#photo = photo;
    this.#isSeen = isSeen;
    this.#now = now;
    this.#timer = setInterval(() => this.tell(), EVERY);
    const options = { capture: true, passive: true, signal: this.#listening.signal };
    for (const name of SIGNS) target.addEventListener(name, () => this.sign(), options);
    // Who comes back to the page has done something for it; on a page that is left, nothing can be told later.
    target.document?.addEventListener("visibilitychange", () => (this.#isSeen() ? this.sign() : this.tell()), options);
  }

  /** Somebody has done something. Opening a photo is a sign, too: who then only looks at it is at that one. */
  sign() {
    const photo = this.#photo();
    const purpose = photo === null ? null : purposeOf(photo);
    if (purpose === null || this.#foreign.has(purpose) || !this.#isSeen()) return;
    const { id } = photo;
    const latest = this.#latest;
    const now = this.#now();
    const isOn = latest?.id === id && latest.purpose === purpose && now - latest.ended <= TOGETHER;
    if (isOn && this.#waiting.includes(latest)) return void (latest.ended = now);
    this.#latest = { id, purpose, began: isOn ? latest.ended : now, ended: now };
    this.#waiting = [...this.#waiting, this.#latest].slice(-MOST);
  }

  /** Tell what is new. Resolves when that is answered, whatever the answer. */
  async tell() {
    const told = this.#waiting;
    this.#waiting = [];
    await Promise.all(alike(told).map((spans) => this.#tell(spans)));
  }

  stop() {
    this.tell();
    clearInterval(this.#timer);
    this.#listening.abort();
  }

  async #tell(spans) {
    const now = this.#now();
    const ago = (moment) => Math.max(0, Math.round(now - moment) / 1000);
    const [{ id, purpose }] = spans;
    const told = spans
      .map(({ began, ended }) => ({ began_ago: Math.min(ago(began), LONGEST_AGO), ended_ago: ago(ended) }))
      .filter((span) => span.ended_ago <= span.began_ago);
    if (told.length === 0) return; // all of it is too long ago
    try {
      await this.#transport.work(id, purpose, told);
    } catch (error) {
      const isForLater = error instanceof UnreachableError || (error instanceof RefusedError && error.status === 401);
      if (isForLater) this.#waiting = [...spans, ...this.#waiting].slice(-MOST);
      if (error instanceof RefusedError && error.status === 403) this.#foreign.add(purpose);
    }
  }
}

/** Spans by their photo and purpose. */
function alike(spans) {
  const groups = new Map();
  for (const span of spans) {
    const key = `${span.id} ${span.purpose}`;
    groups.set(key, [...(groups.get(key) ?? []), span]);
  }
  return [...groups.values()];
}
