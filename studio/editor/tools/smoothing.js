/** A steady hand: the brush follows the pointer on a lead, and so leaves the shaking behind. */

const LONGEST_LEAD = 24; // screen pixels, at full smoothing

export class Smoothing {
  #at = null;

  /** amount: 0 (none) to 1. scale: screen pixels per image pixel, so that the lead is as long as the hand sees it. */
  begin({ quarters, pressure }, { amount, scale }) {
    this.#at = quarters;
    this.lead = (4 * LONGEST_LEAD * amount) / scale;
    return { quarters, pressure };
  }

  /** Where the brush goes while the pointer moves to `place`; null if it stays. */
  move({ quarters: [x, y], pressure }) {
    const [fromX, fromY] = this.#at;
    const distance = Math.hypot(x - fromX, y - fromY);
    if (distance <= this.lead) return null;
    const share = (distance - this.lead) / distance;
    this.#at = [Math.round(fromX + (x - fromX) * share), Math.round(fromY + (y - fromY) * share)];
    return { quarters: this.#at, pressure };
  }

  /** The stroke ends where the pointer ends; null if the brush is there already. */
  end({ quarters, pressure }) {
    const [x, y] = this.#at;
    return quarters[0] === x && quarters[1] === y ? null : { quarters, pressure };
  }
}
