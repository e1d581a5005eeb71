/**
 * A busy studio has done nothing of what it was asked for, and has room for somebody again and again: whatever must not
 * fail for that is asked for once more, for some seconds, before anybody is told.
 */

const PAUSES = [500, 1000, 2000, 2000, 2000, 2000]; // milliseconds

/** What `ask` resolves to; rejects as it does, with a busy studio only after the last pause. */
export async function patiently(ask, { pauses = PAUSES } = {}) {
  for (const pause of pauses) {
    try {
      return await ask();
    } catch (error) {
      if (error.code !== "busy") throw error;
    }
    // those who were turned away together must not all come again together
    await new Promise((resolve) => setTimeout(resolve, pause * (0.75 + Math.random() / 2)));
  }
  return ask();
}
