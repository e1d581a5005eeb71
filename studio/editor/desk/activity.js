/** Whether somebody is at the desk: a tab that is left open overnight keeps no photo from others. */

const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel"];
const PATIENCE = 10 * 60_000; // milliseconds without a sign of anybody

let last = Date.now();

for (const name of SIGNS) globalThis.addEventListener?.(name, () => (last = Date.now()), { passive: true });

export function isSomebodyHere(now = Date.now()) {
  return now - last < PATIENCE;
}
