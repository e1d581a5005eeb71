/**
 * The way from one photo to the next: open, approve, submit, skip, reopen, and what to do when something stands in the
 * way. A decision is sent while the next photo is shown already; if it is refused, the operator is told and led back.
 *
 * A photo is left only when all its edits are saved.
 */

import { askForReason } from "../frame/dialogs.js";
import { Decisions } from "./decisions.js";
import { Notices } from "./notices.js";
import { Reserve } from "./reserve.js";
import { ImageSession } from "./session.js";
import { WorkTime } from "./work_time.js";
import { RefusedError, UnreachableError } from "../transport/transport.js";

const MOST_PASSED = 100;

export class Walk extends EventTarget {
  session = null;
  isOpening = true;
  isBusy = false;
  left = null; // photos that wait in the queue, as last heard
  #transport;
  #visited = []; // the way back
  #opening = 0; // the latest call of open(); an older one that ends later is dropped
  #reserve;
  decisions = new Decisions(() => this.#announce("change"));

  /**
   * Events: "opened" after a photo is on the desk; "decided" when the answer to a decision has come since; "pixels" and
   * "change" as its session announces them.
   */
  constructor({ transport, parts, root, say }) {
    super();
    this.#transport = transport;
    this.#reserve = new Reserve({ transport, passed: () => this.#passed });
    this.workTime = new WorkTime({ transport, photo: () => this.session?.info ?? null });
    this.notices = new Notices({ parts, say, transport, changed: () => this.#announce("change") });
    this.root = root;
    this.say = say;
  }

  /** The notice that is shown, or null. */
  get notice() {
    return this.notices.current;
  }

  /** Whether the photo on the desk can be decided on and left. */
  get isFree() {
    return this.session !== null && this.notice === null && !this.isBusy;
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
      this.fail(error, () => this.start(null));
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
      if (ticket === this.#opening) this.fail(error, () => this.open(id), id);
      return null;
    }
  }

  approve() {
    const { session } = this;
    if (session?.isLocked && !this.#isInReview) return;
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
    if (!this.#isInReview) return;
    return this.#decideWithReason("giveBack", (session, reason) => session.giveBack(reason), "returned");
  }

  next() {
    const { session } = this;
    if (session === null) return this.isOpening ? undefined : this.start(null); // look again for something to do
    return this.#leave(async () => (await this.#transport.next(session.info.id, this.#passed)).id);
  }

  async previous() {
    if (!this.hasPrevious || !(await this.#finish())) return;
    await this.open(this.#visited.pop());
  }

  /** The photos that were on this desk last: the queue does not lead back to them while others wait. */
  get #passed() {
    return this.#visited.slice(-MOST_PASSED);
  }

  get #isInReview() {
    return this.session?.info.state === "in_review" && !this.session.isHeldElsewhere;
  }

  async reopen() {
    const { session } = this;
    if (!this.isFree || !session.isLocked || session.isHeldElsewhere) return;
    const { id } = session.info;
    try {
      await session.reopen();
      await this.open(id);
    } catch (error) {
      this.fail(error, () => this.reopen());
    }
  }

  /** Put an earlier matte of the photo on the desk. What is there now stays in its history. */
  async restore(number) {
    if (!this.isFree || !(await this.#finish())) return;
    const { session } = this;
    await session.restore(number);
    await this.open(session.info.id);
  }

  /** The page is left: nobody has to wait for its photos. */
  letGo() {
    this.workTime.tell();
    this.session?.lease.release();
    this.#reserve.close();
  }

  /** The page is back, as the browser kept it. */
  takeUp() {
    if (this.session !== null && !this.session.isLocked) this.session.lease.hold();
  }

  stop() {
    this.#opening += 1;
    this.notices.stop();
    this.workTime.stop();
    this.#reserve.close();
    this.session?.close();
    this.session = null;
  }

  async #decideWithReason(kind, decide, praise) {
    const { session } = this;
    if (!this.isFree || (session.isLocked && !this.#isInReview)) return;
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
    this.workTime.tell(); // what belongs to a decision is known before it
    const answer = this.decisions.follow(send());
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
        (error) => this.#undecided(error, session.info),
      );
      this.#visited.push(session.info.id);
      const opened = await this.open(next);
      if (!opened?.isLocked) return;
      // Somebody else has decided on that one. Before the queue is asked, it must know of what was decided here.
      await this.decisions.answered();
      return opened === this.session ? this.next() : undefined;
    }
    await this.#leave(async () => {
      await answer;
      this.flash(this.say(`flash.${praise}`, { name }));
      return (await this.#transport.next(session.info.id, this.#passed)).id;
    }, true);
  }

  /** Go where `find` leads: an image, or null for nowhere. */
  async #leave(find, isDecided = false) {
    if (!this.isFree || !(await this.#finish())) return;
    const { session } = this;
    const { id } = session.info;
    this.isBusy = true;
    this.#announce("change");
    try {
      const next = await find();
      if (next === null && !isDecided && !session.isLocked) return this.flash(this.say("flash.onlyOne"));
      this.#visited.push(id);
      await this.#openOrRest(next);
    } catch (error) {
      this.fail(error);
    } finally {
      this.isBusy = false;
      this.#announce("change");
    }
  }

  #undecided(error, { id, name }) {
    const goBack = async () => {
      if (await this.#finish()) await this.open(id);
    };
    this.notices.undecided(error, { name, goBack });
  }

  /** Whether all is saved; waits for the connection if need be. */
  async #finish() {
    const { session } = this;
    if (session === null) return true;
    session.endStroke();
    if (session.outbox.state === "offline") this.flash(this.say("flash.afterSaving"));
    if (session.outbox.state === "busy") this.flash(this.say("flash.afterBusy"));
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
    this.workTime.sign();
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
      const { left } = await this.#transport.left();
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
    this.notices.empty();
  }

  #clear() {
    this.workTime.tell();
    this.session?.close();
    this.session = null;
    this.notices.clear();
  }

  /** Somebody else changed the photo: nothing is lost before the operator has chosen. */
  #conflict(error) {
    const { session } = this;
    const reload = async (edits) => (await this.open(session.info.id))?.reapply(edits);
    this.notices.conflict(error, { session, reload });
  }

  #refused(error) {
    const { session } = this;
    this.notices.refused(error, { session, reload: () => this.open(session.info.id) });
  }

  /** Something other than an edit failed. again: does it again; id: the photo that could not be opened. */
  fail(error, again = null, id = null) {
    const isExpected = error instanceof RefusedError || error instanceof UnreachableError;
    if (this.session !== null && !isExpected) return this.#conflict(error);
    this.isOpening = false;
    this.notices.failed(error, { again, passBy: id === null ? null : () => this.#passBy(id) });
  }

  /** Go on from an image that cannot be opened. */
  async #passBy(id) {
    try {
      await this.#openOrRest((await this.#transport.next(id, this.#passed)).id);
    } catch (error) {
      this.fail(error, () => this.#passBy(id));
    }
  }

  /** A passing word at the bottom. */
  flash(text, time) {
    this.notices.flash(text, time);
  }

  #announce(name) {
    this.dispatchEvent(new Event(name));
  }
}
