/** What stands in the way, said in words with what can be done about it; and passing words at the bottom. */

import { showConflict } from "../frame/conflict.js";
import { showNotice } from "../frame/dialogs.js";
import { wordsOf } from "../i18n/error_words.js";

const FLASH_TIME = 3500; // milliseconds
const SIGNED_OUT = 401;

export class Notices {
  current = null; // {kind: "conflict", "error" or "empty", ...} while one is shown
  #flashTimer = null;

  /** parts: frame/layout.js. changed: () => void, called when a notice comes or goes. */
  constructor({ parts, say, transport, changed }) {
    this.parts = parts;
    this.say = say;
    this.transport = transport;
    this.changed = changed;
  }

  /** Somebody else changed the photo of `session`. reload: (edits) => void, opens it anew and makes `edits` again. */
  conflict(error, { session, reload }) {
    const begin = (edits) => (session.outbox.discard(), reload(edits));
    const edits = session.outbox.waitingEdits;
    const actions = [{ label: this.say("reload"), testid: "reload", run: () => begin([]) }];
    if (edits.length > 0) {
      const label = this.say("reload.again", { n: edits.length });
      actions.unshift({ label, testid: "reload-again", run: () => begin(session.outbox.waitingEdits) });
    }
    this.#show({ kind: "conflict", text: this.#words(error), actions });
    const { card } = this.parts.notice;
    showConflict(card, { session, transport: this.transport, say: this.say }).catch(() => {}); // words alone will do
  }

  /** The server does not take what waits to be sent. reload: () => void, opens the photo as the server has it. */
  refused(error, { session, reload }) {
    if (error.status === SIGNED_OUT) return this.#signedOut(error);
    const resume = () => (this.clear(), session.outbox.resume());
    const drop = () => (session.outbox.discard(), reload());
    const dropping = this.say("reload.drop", { n: session.outbox.waiting });
    this.#error(this.#words(error), [
      { label: this.say("tryAgain"), testid: "try-again", run: resume },
      { label: dropping, testid: "reload", run: drop },
    ]);
  }

  /** Something else failed. again: () => void, or null: then it is only closed. passBy: () => void, or null. */
  failed(error, { again = null, passBy = null } = {}) {
    if (error.status === SIGNED_OUT) return this.#signedOut(error);
    const run = () => (this.clear(), again?.());
    const actions = [{ label: this.say(again === null ? "close" : "tryAgain"), testid: "try-again", run }];
    if (passBy !== null) actions.push({ label: this.say("next"), testid: "notice-next", run: passBy });
    this.#error(this.#words(error), actions);
  }

  /** A photo was left already: nothing of it is lost, but it is not decided. */
  undecided(error, { name, goBack }) {
    this.#error(this.say("undecided", { name, text: this.#words(error) }), [
      { label: this.say("undecided.back"), testid: "go-back", run: () => (this.clear(), goBack()) },
      { label: this.say("close"), testid: "try-again", run: () => this.clear() },
    ]);
  }

  /** There is nothing to correct. */
  empty() {
    this.#show({ kind: "empty", link: { label: this.say("empty.link"), href: "/" } });
  }

  clear() {
    this.#show(null);
  }

  /** A passing word. time: milliseconds. */
  flash(text, time = FLASH_TIME) {
    const { flash } = this.parts;
    flash.textContent = text;
    flash.hidden = false;
    clearTimeout(this.#flashTimer);
    this.#flashTimer = setTimeout(() => (flash.hidden = true), time);
  }

  stop() {
    clearTimeout(this.#flashTimer);
  }

  /** What waits is kept in this tab, and goes on after the way through the sign-in. */
  #signedOut(error) {
    const here = location.pathname + location.search;
    const link = { label: this.say("signIn"), href: `/sign-in?next=${encodeURIComponent(here)}` };
    this.#show({ kind: "error", text: this.#words(error), link });
  }

  #words(error) {
    return wordsOf(error, this.say);
  }

  #error(text, actions) {
    this.#show({ kind: "error", text, actions });
  }

  #show(notice) {
    this.current = notice;
    const title = notice === null ? "" : this.say(`${notice.kind}.title`);
    const text = notice === null ? "" : (notice.text ?? this.say(`${notice.kind}.text`));
    showNotice(this.parts.notice, notice === null ? null : { ...notice, title, text });
    this.changed();
  }
}
