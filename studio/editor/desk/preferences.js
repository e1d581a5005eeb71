/** How this operator likes the editor, kept in the browser from one photo and one day to the next. */

const STORAGE_KEY = "matteloop.editor.preferences";
const DEFAULTS = {
  label: "foreground",
  brushSize: 40, // diameter in image pixels
  opacity: 0.45, // of the trimap's tint
  backdrop: "checkerboard",
  colour: "#2f6f5e", // of the backdrop "colour"
  onePane: false,
};

export function loadPreferences() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(STORAGE_KEY)) };
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
