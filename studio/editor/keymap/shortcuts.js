/**
 * Which key does what. A key is named as the browser names it, "Mod" is Ctrl, or Command on a Mac; a letter stands for
 * its key with or without Shift unless "Shift" is written.
 */

/** Action -> its usual keys, in the order of the sheet. */
export const USUAL_KEYS = {
  brush: ["d"],
  soft_brush: ["a"],
  lasso: ["l"],
  polygon: ["o"],
  fill: ["g"],
  part: ["x"],
  foreground: ["f"],
  background: ["b"],
  unknown: ["u"],
  draft: ["e"],
  smaller: ["["],
  larger: ["]"],
  widen: ["."],
  narrow: [","],
  undo: ["Mod+z"],
  redo: ["Mod+Shift+z", "Mod+y"],
  recompute: ["r"],
  hideOverlay: ["h"],
  blink: ["y"],
  wipe: ["w"],
  heat: ["m"],
  nextDoubt: ["j"],
  previousDoubt: ["k"],
  slips: ["t"],
  nextBackdrop: ["c"],
  onePane: ["v"],
  loupe: ["z"],
  fit: ["0"],
  actualSize: ["1"],
  zoomIn: ["+", "="],
  zoomOut: ["-"],
  approve: ["Enter"],
  submit: ["Mod+Enter"],
  skip: ["s"],
  flag: ["q"],
  note: ["i"],
  history: ["F2"],
  next: ["n"],
  previous: ["p"],
  guidelines: ["F1"],
  help: ["?"],
};

/** Actions that last as long as their key is held. */
export const HELD = ["hideOverlay", "blink", "loupe"];
/** Actions that a held key repeats. */
export const REPEATED = ["smaller", "larger", "undo", "redo", "nextDoubt", "previousDoubt", "zoomIn", "zoomOut"];
/** Keys that cannot be given to an action: the browser, the dialogs or the hand need them. */
const RESERVED = [" ", "Escape", "Tab", "Shift", "Control", "Alt", "Meta", "Backspace", "F5", "F11", "F12"];

/** Action -> keys, with the operator's own in place of the usual ones. */
export function keysOf(own) {
  return Object.fromEntries(Object.entries(USUAL_KEYS).map(([action, usual]) => [action, own[action] ?? usual]));
}

/** Key -> action. */
export function actionsByKey(own) {
  const found = {};
  for (const [action, keys] of Object.entries(keysOf(own))) for (const key of keys) found[key] = action;
  return found;
}

export function canBeGiven(key) {
  return key !== null && !RESERVED.includes(key);
}

/** `own` after `key` was given to `action`, and taken from whatever had it. */
export function rebound(own, action, key) {
  const changed = { ...own };
  for (const [other, keys] of Object.entries(keysOf(own))) {
    if (keys.includes(key)) changed[other] = keys.filter((each) => each !== key);
  }
  return { ...changed, [action]: [key] };
}

const SIGNS = { Enter: "Enter", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

/** A key as a person reads it: "Ctrl + Z". */
export function inWords(key, isMac = /mac/i.test(navigator.platform)) {
  const parts = key.length > 1 && key.endsWith("+") ? [...key.slice(0, -2).split("+"), "+"] : key.split("+");
  const named = key === "+" ? ["+"] : parts;
  return named
    .map((part) =>
      part === "Mod" ? (isMac ? "⌘" : "Ctrl") : (SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part)),
    )
    .join(" + ");
}
