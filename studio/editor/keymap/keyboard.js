/** Shortcuts: which key does what, and when a key is none of ours. */

/**
 * Action by key. "Mod" is Ctrl, or Command on a Mac. A letter stands for its key with or without Shift unless "Shift"
 * is written.
 */
export const SHORTCUTS = {
  f: "foreground",
  b: "background",
  u: "unknown",
  "[": "smaller",
  "]": "larger",
  "Mod+z": "undo",
  "Mod+Shift+z": "redo",
  "Mod+y": "redo",
  h: "hideOverlay",
  c: "nextBackdrop",
  v: "onePane",
  0: "fit",
  1: "actualSize",
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
  r: "recompute",
  s: "skip",
  n: "next",
  p: "previous",
  Enter: "approve",
  "?": "help",
};

const TEXT_INPUTS = "textarea, select, [contenteditable=''], [contenteditable='true'], input";
const NOT_TEXT = "input[type=range], input[type=checkbox], input[type=radio], input[type=button]";
const PRESSABLE = "button, a[href], summary, input[type=color]";

/**
 * Call `perform(action)` for each shortcut, `hold(isDown)` while H is held and `space(isDown)` while the space bar is.
 * isActive: () => whether the keyboard is ours at all (the editor is on the screen and no dialog is open).
 */
export function listenToKeys({ perform, hold, space, isActive, signal }) {
  window.addEventListener(
    "keydown",
    (event) => {
      if (!isActive() || isSomebodyElses(event)) return;
      if (event.key === " ") {
        space(true);
      } else {
        const action = SHORTCUTS[nameOf(event)];
        if (action === undefined || (event.repeat && !["smaller", "larger", "undo", "redo"].includes(action))) return;
        if (action === "hideOverlay") hold(true);
        else perform(action);
      }
      event.preventDefault();
    },
    { signal },
  );
  window.addEventListener(
    "keyup",
    (event) => {
      if (event.key === " ") space(false);
      if (event.key.toLowerCase() === "h") hold(false);
    },
    { signal },
  );
  // A key released in another window is never heard of.
  window.addEventListener("blur", () => (space(false), hold(false)), { signal });
}

/** A key that an input method is composing with, that goes into a text field, or that presses a focused button. */
function isSomebodyElses(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if (target.closest(TEXT_INPUTS) && !target.matches(NOT_TEXT)) return true;
  return (event.key === "Enter" || event.key === " ") && target.closest(PRESSABLE) !== null;
}

function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey) return null;
  if (!(event.ctrlKey || event.metaKey)) return key;
  return event.shiftKey ? `Mod+Shift+${key}` : `Mod+${key}`;
}
