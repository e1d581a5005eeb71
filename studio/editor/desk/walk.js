/**
 * The way from one photo to the next: open, approve, submit, skip, reopen, and what to do when something stands in the
 * way. A decision is sent while the next photo is shown already; if it is refused, the operator is told and led back.
 *
 * A photo is left only when all its edits are saved.
 */

import { showConflict } from "../frame/conflict.js";
import { askForReason, showNotice } from "../frame/dialogs.js";
import { Reserve } from "./reserve.js";
import { ImageSession } from "./session.js";
import { RefusedError, UnreachableError } from "../transport/transport.js";

const FLASH_TIME = 3500; // milliseconds

export class Walk extends EventTarget {
  session = null;
  notice = null; // {kind: "conflict", "error" or "empty", ...} while one is shown
  isOpening = true;
  isBusy = false;
  left = null; // photos that wait in the queue, as last heard
  #transport;
  #visited = []; // the way back
  #opening = 0; // the latest call of open(); an older one that ends later is dropped
  #flashTimer = null;
  #reserve;
  #deciding = new Set(); // promises of decisions whose answer has not come yet

  /**
   * Events: "opened" after a photo is on the desk; "decided" when the answer to a decision has come since; "pixels" and
   * "change" as its session announces them.
   */
  constructor({ transport, parts, root, say }) {
    super();
    this.#transport = transport;
    this.#reserve = new Reserve(transport);
    this.parts = parts;
    this.root = root;
    this.say = say;
  }

  /** Whether the photo on the desk can be decided on and left. */
  get isFree() {
    return this.session !== null && this.notice === null && !this.isBusy;
  }

  /** Whether a decision has been sent and not been answered. */
  get isDeciding() {
    return this.#deciding.size > 0;
  }

  /** The image that is opened ahead, or null. */
  get ahead() {
    return this.#reserve.id;
  }

  get hasPrevious() {
    return this.#visited.length > 0;
  }

  /** Open image `id`, or the queue's next if it is null. */
  async start(id) {
    if (id !== null) return this.open(id);
    try {
      const { id: first } = await this.#transport.next();
      await this.#openOrRest(first);
    } catch (error) {
      this.#fail(error, () => this.start(null));
    }
  }

  /** Put image `id` on the desk. Returns its session, or null if that failed (then a notice tells why). */
  async open(id) {
    const ticket = ++this.#opening;
    this.#clear();
    this.isOpening = true;
    this.#announce("change");
    try {
      const session = (await this.#reserve.take(id)) ?? (await ImageSession.open(this.#transport, id));
      if (ticket !== this.#opening) {
        session.close();
        return null;
      }
      this.#settle(session);
      return session;
    } catch (error) {
      if (ticket === this.#opening) this.#fail(error, () => this.open(id), id);
      return null;
    }
  }

  approve() {
    const { session } = this;
    if (session?.isLocked && session.info.state !== "in_review") return;
    return this.#decide(() => session.approve(), "approved");
  }

  submit() {
    const { session } = this;
    if (!session?.isLocked) return this.#decide(() => session.submit(), "submitted");
  }

  skip() {
    return this.#decideWithReason("skip", (session, reason) => session.skip(reason), "skipped");
  }

  /** Back from the reviewer to whoever corrects. */
  giveBack() {
    if (this.session?.info.state !== "in_review") return;
    return this.#decideWithReason("giveBack", (session, reason) => session.giveBack(reason), "returned");
  }

  next() {
    const { session } = this;
    if (session === null) return this.isOpening ? undefined : this.start(null); // look again for something to do
    return this.#leave(async () => (await this.#transport.next(session.info.id)).id);
  }

  async previous() {
    if (!this.hasPrevious || !(await this.#finish())) return;
    await this.open(this.#visited.pop());
  }

  async reopen() {
    const { session } = this;
    if (!this.isFree || !session.isLocked) return;
    const { id } = session.info;
    try {
      await session.reopen();
      await this.open(id);
    } catch (error) {
      this.#fail(error, () => this.reopen());
    }
  }

  stop() {
    this.#opening += 1;
    clearTimeout(this.#flashTimer);
    this.#reserve.close();
    this.session?.close();
    this.session = null;
  }

  /** Resolves when every decision has been answered. */
  async whenDecided() {
    await Promise.allSettled(this.#deciding);
  }

  async #decideWithReason(kind, decide, praise) {
    const { session } = this;
    if (!this.isFree || (session.isLocked && session.info.state !== "in_review")) return;
    const reason = await askForReason(this.root, this.say, kind);
    if (reason !== null && session === this.session) await this.#decide(() => decide(session, reason), praise);
  }

  /**
   * Save, send the decision, and go on. With the next photo in reserve, it is shown at once and the answer comes while
   * the operator looks at it.
   */
  async #decide(send, praise) {
    if (!this.isFree || !(await this.#finish())) return;
    const { session } = this;
    const answer = this.#sent(send());
    const { name } = session.info;
    if (this.#reserve.id !== null) {
      const next = this.#reserve.id;
      answer.then(
        () => {
          this.flash(this.say(`flash.${praise}`, { name }));
          if (this.session === null) return; // what was counted is asked for when the next photo is there
          this.#count(this.session);
          this.#announce("decided");
        },
        (error) => this.#decisionFailed(error, session.info),
      );
      this.#visited.push(session.info.id);
      const opened = await this.open(next);
      if (!opened?.isLocked) return;
      // Somebody else has decided on that one. Before the queue is asked, it must know of what was decided here.
      await this.whenDecided();
      return opened === this.session ? this.next() : undefined;
    }
    await this.#leave(async () => {
      const { next } = await answer;
      this.flash(this.say(`flash.${praise}`, { name }));
      return next;
    }, true);
  }

  #sent(promise) {
    this.#deciding.add(promise);
    const done = () => (this.#deciding.delete(promise), this.#announce("change"));
    promise.then(done, done);
    return promise;
  }

  /** Go where `find` leads: an image, or null for nowhere. */
  async #leave(find, isDecided = false) {
    if (!this.isFree || !(await this.#finish())) return;
    const { id } = this.session.info;
    this.isBusy = true;
    this.#announce("change");
    try {
      const next = await find();
      if (next === id && !isDecided) return this.flash(this.say("flash.onlyOne"));
      this.#visited.push(id);
      await this.#openOrRest(next);
    } catch (error) {
      this.fail(error);
    } finally {
      this.isBusy = false;
      this.#announce("change");
    }
  }

  /** The photo was left already: nothing of it is lost, but it is not decided. */
  #decisionFailed(error, { id, name }) {
    const text = error instanceof UnreachableError ? this.say("unreachable") : error.message;
    this.#show({
      kind: "error",
      text: this.say("undecided", { name, text }),
      actions: [
        { label: this.say("undecided.back"), testid: "go-back", run: () => this.#goBack(id) },
        { label: this.say("close"), testid: "try-again", run: () => this.#show(null) },
      ],
    });
  }

  async #goBack(id) {
    this.#show(null);
    if (await this.#finish()) await this.open(id);
  }

  /** Whether all is saved; waits for the connection if need be. */
  async #finish() {
    const { session } = this;
    if (session === null) return true;
    session.endStroke();
    this.isBusy = true;
    this.#announce("change");
    try {
      await session.whenSaved();
      return session === this.session;
    } catch {
      return false; // the notice of what stopped the sending is on the screen
    } finally {
      this.isBusy = false;
      this.#announce("change");
    }
  }

  #settle(session) {
    this.session = session;
    this.isOpening = false;
    session.addEventListener("pixels", () => this.#announce("pixels"));
    session.addEventListener("change", () => this.#announce("change"));
    session.addEventListener("conflict", ({ detail }) => this.#conflict(detail.error));
    session.addEventListener("refused", ({ detail }) => this.#refused(detail.error));
    session.start();
    const address = new URL(location.href);
    address.searchParams.set("image", session.info.id);
    history.replaceState(history.state, "", address);
    this.#announce("opened");
    this.#reserve.prepareAfter(session.info.id);
    this.#announce("change");
    this.#count(session);
  }

  /** How many wait is told once a photo; it is no reason to bother anybody if that fails. */
  async #count(session) {
    try {
      const { left } = await this.#transport.next(session.info.id);
      this.left = left;
      this.#announce("change");
    } catch {
      this.left = null;
    }
  }

  async #openOrRest(id) {
    if (id !== null) return this.open(id);
    this.#clear();
    this.isOpening = false;
    this.left = null;
    this.#show({ kind: "empty", link: { label: this.say("empty.link"), href: "/" } });
  }

  #clear() {
    this.session?.close();
    this.session = null;
    this.#show(null);
  }

  /** Somebody else changed the photo: nothing is lost before the operator has chosen. */
  #conflict(error) {
    const { session } = this;
    const reload = async (again) => {
      const edits = session.outbox.waitingEdits;
      session.outbox.discard();
      const reopened = await this.open(session.info.id);
      if (again) reopened?.reapply(edits);
    };
    const actions = [{ label: this.say("reload"), testid: "reload", run: () => reload(false) }];
    const { length } = session.outbox.waitingEdits;
    if (length > 0) {
      const label = this.say("reload.again", { n: length });
      actions.unshift({ label, testid: "reload-again", run: () => reload(true) });
    }
    this.#show({ kind: "conflict", text: error.message, actions });
    const { card } = this.parts.notice;
    showConflict(card, { session, transport: this.#transport, say: this.say }).catch(() => {}); // words alone will do
  }

  #refused(error) {
    const { session } = this;
    const resume = () => (this.#show(null), session.outbox.resume());
    const drop = () => (session.outbox.discard(), this.open(session.info.id));
    this.#show({
      kind: "error",
      text: error.message,
      actions: [
        { label: this.say("tryAgain"), testid: "try-again", run: resume },
        { label: this.say("reload.drop", { n: session.outbox.waiting }), testid: "reload", run: drop },
      ],
    });
  }

  /** Something other than an edit failed; the notice is only closed. */
  fail(error) {
    this.#fail(error, null);
  }

  /** `again` does it again; without it the notice is only closed. */
  #fail(error, again, id = null) {
    const isExpected = error instanceof RefusedError || error instanceof UnreachableError;
    if (this.session !== null && !isExpected) return this.#conflict(error);
    const run = () => (this.#show(null), again?.());
    const actions = [{ label: this.say(again === null ? "close" : "tryAgain"), testid: "try-again", run }];
    if (id !== null) actions.push({ label: this.say("next"), testid: "notice-next", run: () => this.#passBy(id) });
    const text = error instanceof UnreachableError ? this.say("unreachable") : error.message;
    this.isOpening = false;
    this.#show({ kind: "error", text, actions });
  }

  /** Go on from an image that cannot be opened. */
  async #passBy(id) {
    try {
      await this.#openOrRest((await this.#transport.next(id)).id);
    } catch (error) {
      this.#fail(error, () => this.#passBy(id));
    }
  }

  #show(notice) {
    this.notice = notice;
    const title = notice === null ? "" : this.say(`${notice.kind}.title`);
    const text = notice === null ? "" : (notice.text ?? this.say(`${notice.kind}.text`));
    showNotice(this.parts.notice, notice === null ? null : { ...notice, title, text });
    this.#announce("change");
  }

  /** A passing word at the bottom. */
  flash(text) {
    const { flash } = this.parts;
    flash.textContent = text;
    flash.hidden = false;
    clearTimeout(this.#flashTimer);
    this.#flashTimer = setTimeout(() => (flash.hidden = true), FLASH_TIME);
  }

  #announce(name) {
    this.dispatchEvent(new Event(name));
  }
}
