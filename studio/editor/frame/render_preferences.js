/** What the operator likes, shown in tools, options and views. */

import { inWords, keysOf } from "../keymap/shortcuts.js";
import { tickOfSize } from "../tools/brush_size.js";
import { INKS, TOOLS, USES_INK } from "../tools/toolbox.js";
import { paintTheme } from "./theme.js";

/** editor: editor.js. */
export function renderPreferences(editor) {
  const { parts, root, say, photoPane, cutoutPane } = editor;
  const liked = editor.preferences;
  const press = (part, isPressed) => part.setAttribute("aria-pressed", String(isPressed));
  const slide = (name, value, text) => {
    parts[name].value = value;
    parts[name].setAttribute("aria-valuetext", text);
    parts[name].title = text;
  };

  for (const tool of TOOLS) press(parts[tool], tool === liked.tool);
  for (const ink of INKS) press(parts[ink], USES_INK.includes(liked.tool) && ink === liked.ink);
  for (const group of parts.optionGroups) {
    const { for: tools } = group.dataset;
    group.hidden = tools !== undefined && !tools.split(" ").includes(liked.tool);
  }
  slide("brushSize", tickOfSize(liked.brushSize), `${liked.brushSize} px`);
  parts["brushSize.pixels"].value = liked.brushSize;
  for (const name of ["softValue", "softHardness", "softFlow"]) slide(name, liked[name], `${liked[name]} %`);
  for (const name of ["smoothing", "opacity"]) slide(name, liked[name], `${Math.round(liked[name] * 100)} %`);
  press(parts.pressure, liked.pressure);
  parts.bandStep.value = liked.bandStep;
  for (const name of ["outlineDoes", "compareWith"]) {
    for (const each of parts[name]) press(each, each.dataset.value === liked[name]);
  }

  photoPane.opacity = liked.opacity;
  for (const swatch of parts.backdrops) press(swatch, swatch.dataset.name === liked.backdrop);
  parts.colour.hidden = liked.backdrop !== "colour";
  parts.colour.value = cutoutPane.colour = liked.colour;
  root.style.setProperty("--ml-backdrop", liked.colour);
  cutoutPane.backdrop = liked.backdrop;
  press(parts.heat, liked.isHeatShown);
  press(parts.slips, liked.areSlipsShown);
  press(parts.wipe, editor.wipe.isWanted);
  parts.compareWith[0].parentElement.hidden = !editor.wipe.isWanted;
  press(parts.onePane, liked.onePane);
  root.classList.toggle("is-one-pane", liked.onePane);

  for (const [action, keys] of Object.entries(keysOf(liked.keys))) {
    const part = parts[action];
    if (!(part instanceof HTMLElement)) continue;
    part.title = titleOf(action, editor);
    if (keys.length > 0) part.setAttribute("aria-keyshortcuts", keys[0].replace("Mod", "Control"));
    else part.removeAttribute("aria-keyshortcuts");
  }
  paintTheme(root, liked.theme);
}

/** What an action does, and its key; of a flag, what was written beside it. */
export function titleOf(action, { say, preferences, session }) {
  if (action === "flag" && session?.info.flag_note) return session.info.flag_note;
  const [key] = keysOf(preferences.keys)[action];
  return key === undefined ? say(action) : `${say(action)} (${inWords(key)})`;
}
