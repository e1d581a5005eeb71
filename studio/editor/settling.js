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
   * compute: async () => change, the whole matte of the present version. show: async (change), puts it on the screen.
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

  /** All that was changed is saved: compute after the pause. */
  schedule() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(this.#turn), this.#pause);
  }

  async #settle(turn) {
    this.#set(true);
    try {
      const change = await this.#compute();
      if (turn === this.#turn) await this.#show(change);
      this.isSettled = turn === this.#turn;
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
