/**
 * While strokes are drawn, the matte follows quickly and a little roughly. When the operator pauses, the whole matte is
 * computed finely, once. What is drawn meanwhile comes first: the answer to an older version is thrown away.
 */

const PAUSE = 1500; // milliseconds without a change before it is worth the work

export class Settling extends EventTarget {
  #compute;
  #show;
  #pause;
  #timer = null;
  #turn = 0; // every change begins a new one; what belongs to an older one is out of date
  isUnderWay = false;
  isSettled = false; // the matte on the screen is the fine one

  /**
   * compute: async () => change, the whole matte of the present version. show: async (change, isCurrent), puts it on
   * the screen unless isCurrent() says at the last moment that something newer came.
   * Event: "change" when `isUnderWay` did.
   */
  constructor({ compute, show, pause = PAUSE }) {
    super();
    this.#compute = compute;
    this.#show = show;
    this.#pause = pause;
  }

  /** Something is being changed: nothing that is under way will be shown. */
  disturb() {
    this.#turn += 1;
    this.isSettled = false;
    clearTimeout(this.#timer);
    this.#set(false);
  }

  /** The matte on the screen is the fine one already. */
  settled() {
    this.isSettled = true;
  }

  /** All that was changed is saved: compute after the pause, if that is not done or under way already. */
  schedule() {
    if (this.isSettled || this.isUnderWay) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(this.#turn), this.#pause);
  }

  async #settle(turn) {
    this.#set(true);
    try {
      const isCurrent = () => turn === this.#turn;
      await this.#show(await this.#compute(), isCurrent);
      if (isCurrent()) this.isSettled = true;
    } catch {
      // Overtaken, or out of reach: the quick matte stands, and the next pause tries again.
    }
    if (turn === this.#turn) this.#set(false);
  }

  #set(isUnderWay) {
    if (this.isUnderWay === isUnderWay) return;
    this.isUnderWay = isUnderWay;
    this.dispatchEvent(new Event("change"));
  }
}
