/** Listening to keys: which are ours, whatever keyboard and input method they come from. */

import { actionsByKey, HELD, REPEATED } from "./shortcuts.js";

const TEXT_INPUTS = "textarea, select, [contenteditable=''], [contenteditable='true'], input";
const NOT_TEXT = "input[type=range], input[type=checkbox], input[type=radio], input[type=button]";
const PRESSABLE = "button, a[href], summary, input[type=color], select";

/**
 * Call `perform(action)` for each shortcut, `hold(action, isDown)` for those that last while their key is held, and
 * `space(isDown)` while the space bar is. `raw(event)` may take a key first, by returning true.
 * keys: () => the operator's own keys. isActive: () => whether the keyboard is ours at all (the editor is on the screen
 * and no dialog is open).
 */
export function listenToKeys({ perform, hold, space, raw, keys, isActive, signal }) {
  const held = new Map(); // the key that was pressed -> its action: it may be released under another name
  window.addEventListener(
    "keydown",
    (event) => {
      if (!isActive() || isSomebodyElses(event)) return;
      const name = nameOf(event);
      if (raw(event, name)) return event.preventDefault();
      if (name === " ") {
        space(true);
        return event.preventDefault();
      }
      const action = actionsByKey(keys())[name];
      if (action === undefined) return;
      event.preventDefault();
      if (event.repeat && !REPEATED.includes(action)) return;
      if (!HELD.includes(action)) return perform(action);
      held.set(event.code, action);
      hold(action, true);
    },
    { signal },
  );
  const release = (code) => {
    if (held.has(code)) hold(held.get(code), false);
    held.delete(code);
  };
  window.addEventListener(
    "keyup",
    (event) => {
      if (nameOf(event) === " ") space(false);
      release(event.code);
    },
    { signal },
  );
  // A key released in another window is never heard of.
  window.addEventListener(
    "blur",
    () => {
      space(false);
      for (const code of [...held.keys()]) release(code);
    },
    { signal },
  );
}

/**
 * The name of a key as shortcuts.js writes it; null with Alt. Full-width letters and signs count as the plain ones. An
 * input method that has taken the key tells only where it lies on the keyboard: that has to do.
 */
export function nameOf(event) {
  // AltGr, with which some keyboards write their brackets, arrives as Ctrl and Alt.
  const isAltGr = event.getModifierState?.("AltGraph") ?? false;
  if (event.altKey && !isAltGr) return null;
  let { key } = event;
  if (key === "Process" || key === "Unidentified" || /[^\u0000-\u00ff\uff01-\uff5e]/.test(key))
    key = keyAt(event.code) ?? key;
  key = key.normalize("NFKC");
  if (key.length === 1) key = key.toLowerCase();
  if (isAltGr || !(event.ctrlKey || event.metaKey)) return key;
  return event.shiftKey ? `Mod+Shift+${key}` : `Mod+${key}`;
}

/** A key that goes into a text field, that an input method composes with there, or that presses a focused button. */
function isSomebodyElses(event) {
  if (event.isComposing) return true;
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if (target.closest(TEXT_INPUTS) && !target.matches(NOT_TEXT)) return true;
  return (event.key === "Enter" || event.key === " ") && target.closest(PRESSABLE) !== null;
}

function keyAt(code) {
  const found = /^(?:Key|Digit)(\w)$/.exec(code);
  return found === null ? null : found[1].toLowerCase();
}
