/** Decisions that have been sent and not been answered: the operator is at the next photo already. */

export class Decisions {
  #open = new Set();
  #changed;

  /** changed: () => void, called when one more is answered. */
  constructor(changed) {
    this.#changed = changed;
  }

  get areOpen() {
    return this.#open.size > 0;
  }

  /** Follow a decision until its answer has come, whatever that is. Returns the same promise. */
  follow(answer) {
    this.#open.add(answer);
    const done = () => {
      this.#open.delete(answer);
      this.#changed();
    };
    answer.then(done, done);
    return answer;
  }

  /** Resolves when all have been answered. */
  async answered() {
    await Promise.allSettled(this.#open);
  }
}
