/** The sheet of shortcuts, where each can be given another key, and the rules of the two kinds of paint. */

import { canBeGiven, inWords, keysOf, rebound } from "../keymap/shortcuts.js";
import { nameOf } from "../keymap/keyboard.js";
import { openDialog } from "./dialogs.js";
import { element } from "./dom.js";

const GROUPS = {
  tools: ["brush", "soft_brush", "lasso", "polygon", "fill", "part", "foreground", "background", "unknown", "draft"],
  changing: ["smaller", "larger", "widen", "narrow", "undo", "redo", "recompute"],
  looking: ["hideOverlay", "blink", "wipe", "heat", "nextDoubt", "previousDoubt", "slips", "nextBackdrop", "loupe"],
  moving: ["onePane", "fit", "actualSize", "zoomIn", "zoomOut"],
  flow: ["approve", "submit", "skip", "flag", "note", "history", "next", "previous", "guidelines", "help"],
};
const FIXED = [
  ["keys.wheel", "keys.zoom"],
  ["keys.spaceDrag", "keys.pan"],
  ["keys.arrows", "keys.hand"],
  ["keys.shiftClick", "keys.line"],
  ["keys.escape", "keys.cancel"],
];

/** keys: () => the operator's own keys. rebind: (keys) => void, keeps others. */
export function showHelp(root, { say, keys, rebind }) {
  const holder = element("div", { className: "ml-sheet" });
  const fill = () => {
    const present = keysOf(keys());
    const groups = Object.entries(GROUPS).map(([group, actions]) =>
      section(
        say(`help.${group}`),
        actions.map((action) => row(keyButton(action, present[action]), say(action))),
      ),
    );
    const fixed = section(
      say("help.hand"),
      FIXED.map(([hand, does]) => row(element("kbd", {}, say(hand)), say(does))),
    );
    holder.replaceChildren(...groups, fixed);
  };
  const keyButton = (action, present) => {
    const button = element("button", {
      type: "button",
      className: "ml-key",
      title: say("help.rebind"),
      "aria-label": `${say(action)}: ${present.map((key) => inWords(key)).join(", ") || "–"}. ${say("help.rebind")}`,
      dataset: { testid: `key-${action}` },
      on: { click: () => listen(button, action) },
    });
    write(button, present);
    return button;
  };
  const write = (button, present) =>
    button.replaceChildren(...(present.length > 0 ? present.map(inKeys) : [element("kbd", {}, "–")]));
  const listen = (button, action) => {
    button.replaceChildren(element("kbd", { className: "is-waiting" }, say("help.press")));
    const take = (event) => {
      event.preventDefault();
      event.stopPropagation();
      const key = nameOf(event);
      if (event.repeat) return; // the Enter that chose this button
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      button.removeEventListener("keydown", take);
      if (canBeGiven(key)) rebind(rebound(keys(), action, key));
      fill();
      holder.querySelector(`[data-testid="key-${action}"]`)?.focus();
    };
    button.addEventListener("keydown", take);
    // Only this button: the one that the mouse is pressed on must stay where it is.
    const leave = () => (button.removeEventListener("keydown", take), write(button, keysOf(keys())[action]));
    button.addEventListener("blur", leave, { once: true });
  };
  fill();
  const reset = element(
    "button",
    {
      type: "button",
      className: "ml-button",
      dataset: { testid: "reset-keys" },
      on: { click: () => (rebind({}), fill()) },
    },
    say("help.reset"),
  );
  const close = element("button", { className: "ml-button is-primary", value: "close", autofocus: true }, say("close"));
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, say("help")),
    holder,
    element(
      "div",
      { className: "ml-rules" },
      ...["rules.known", "rules.soft", "rules.draft"].map((key) => element("p", {}, say(key))),
    ),
    element("div", { className: "ml-dialog-buttons" }, reset, close),
  );
  return openDialog(root, form, { testid: "help-sheet" });
}

function inKeys(key) {
  return element("kbd", {}, inWords(key));
}

function section(title, rows) {
  return element("section", {}, element("h3", {}, title), element("dl", {}, ...rows));
}

function row(keys, text) {
  return element("div", { className: "ml-sheet-row" }, element("dt", {}, keys), element("dd", {}, text));
}
