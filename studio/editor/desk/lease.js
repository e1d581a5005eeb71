/** The photo is in this person's hands: nobody else is given it while this says so now and then. */

import { isSomebodyHere } from "./activity.js";
import { ConflictError } from "../transport/transport.js";

const HEARTBEAT = 60_000; // milliseconds; a lease lasts several of them

export class Lease {
  #transport;
  #imageId;
  #lost;
  #isAwake;
  #timer = null;

  /** lost: (error) => void, called when somebody else has the photo in hand. isAwake: whether anybody is at the desk. */
  constructor({ transport, imageId, lost, isAwake = isSomebodyHere }) {
    this.#isAwake = isAwake;
    this.#transport = transport;
    this.#imageId = imageId;
    this.#lost = lost;
  }

  /** Take the photo in hand, and keep it there. */
  hold() {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#isAwake() && this.#renew(), HEARTBEAT);
    this.#renew();
  }

  /** Others may have it. */
  release() {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#transport.leave(this.#imageId);
  }

  async #renew() {
    try {
      await this.#transport.hold(this.#imageId);
    } catch (error) {
      // Without a connection the lease runs on for a while; what is drawn meanwhile takes it again.
      if (error instanceof ConflictError && error.code === "leased" && this.#timer !== null) this.#lost(error);
    }
  }
}
