/** The photo that comes next, opened ahead, so that nobody waits for it after a decision. */

import { ImageSession } from "./session.js";

const IDLE_BUDGET = 8; // milliseconds: half a frame
const AFTER = 800; // milliseconds: the photo on the desk comes first

export class Reserve {
  #transport;
  #passed;
  #kept = null; // {id, session}
  #timer = null;
  #turn = 0;

  /** passed: () => the images that have been on the desk. */
  constructor({ transport, passed }) {
    this.#transport = transport;
    this.#passed = passed;
  }

  /** Open what follows image `id`, soon. A photo that a lack of memory or of connection keeps away is no loss. */
  prepareAfter(id) {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    this.#timer = setTimeout(async () => {
      try {
        const { id: next } = await this.#transport.next(id, this.#passed());
        if (next === null || next === id || next === this.#kept?.id) return;
        const session = await ImageSession.open(this.#transport, next);
        if (turn !== this.#turn) return session.close();
        this.#keep({ id: next, session });
        await drawAhead(session, () => session === this.#kept?.session);
      } catch {
        // It is opened when its turn comes.
      }
    }, AFTER);
  }

  /** The image that is ready, or null. */
  get id() {
    return this.#kept?.id ?? null;
  }

  /** Hand over the session of image `id` if it is here and still what the server has; else null. */
  async take(id) {
    this.#turn += 1;
    clearTimeout(this.#timer);
    if (this.#kept?.id !== id) return null;
    const { session } = this.#kept;
    this.#kept = null;
    let isHandedOver = false;
    try {
      const { revision, position, state, held_by: heldBy } = await this.#transport.image(id);
      const known = session.outbox.document;
      const isSame = revision === known.revision && position === known.position && state === session.info.state;
      isHandedOver = isSame && heldBy === null;
      return isHandedOver ? session : null;
    } finally {
      if (!isHandedOver) session.close();
    }
  }

  /** Others may have what was opened ahead. */
  close() {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#keep(null);
  }

  #keep(kept) {
    this.#kept?.session.close();
    this.#kept = kept;
    if (kept !== null && !kept.session.isLocked) kept.session.lease.hold();
  }
}

/** Make what the panes will show, a little whenever nothing else is to be done. */
async function drawAhead(session, isWanted) {
  while (isWanted() && !session.planes.refresh(IDLE_BUDGET)) await idle();
}

function idle() {
  return new Promise((resolve) => (window.requestIdleCallback ?? window.setTimeout)(resolve));
}
