/** How this operator likes the editor, kept in the browser from one photo and one day to the next. */

const STORAGE_KEY = "matteloop.editor.preferences";
const DEFAULTS = {
  tool: "brush", // tools/toolbox.js
  ink: "foreground",
  brushSize: 40, // diameter in image pixels
  smoothing: 0, // 0 to 1
  pressure: true, // whether a pen that is pressed less paints less
  softValue: 50, // percent of opacity that the soft brush paints
  softHardness: 40, // percent
  softFlow: 60, // percent
  outlineDoes: "ink", // what a lasso is for: "ink", "widen" or "narrow"
  bandStep: 4, // pixels by which the unknown band is widened or narrowed
  opacity: 0.45, // of the trimap's tint
  backdrop: "checkerboard",
  colour: "#2f6f5e", // of the backdrop "colour"
  onePane: false,
  isHeatShown: false, // where the model is unsure
  areSlipsShown: true, // what the trimap check found
  compareWith: "draft", // or "approved"
  theme: "auto", // "dark" or "light"
  keys: {}, // action -> its own keys, where they are not the usual ones (keymap/shortcuts.js)
};

export function loadPreferences() {
  try {
    const kept = { ...DEFAULTS, ...JSON.parse(localStorage.getItem(STORAGE_KEY)) };
    if (kept.backdrop === "photo") kept.backdrop = DEFAULTS.backdrop; // the photo itself is not kept
    return kept;
  } catch {
    return { ...DEFAULTS }; // storage is forbidden or damaged
  }
}

export function savePreferences(preferences) {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(preferences));
  } catch {
    // Storage full or forbidden: the defaults will do next time.
  }
}
