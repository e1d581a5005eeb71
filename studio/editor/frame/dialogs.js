/** What the editor says in so many words: the sheet of shortcuts, the reason for skipping, and notices. */

import { element } from "./dom.js";

const SHEET = [
  ["F", "foreground"],
  ["B", "background"],
  ["U", "unknown"],
  ["[  ]", "keys.brushSize"],
  ["Ctrl + Z", "undo"],
  ["Ctrl + Shift + Z", "redo"],
  ["R", "recompute"],
  ["H", "keys.hideOverlay"],
  ["C", "keys.nextBackdrop"],
  ["V", "onePane"],
  ["keys.wheel", "keys.zoom"],
  ["keys.spaceDrag", "keys.pan"],
  ["0", "fit"],
  ["1", "actualSize"],
  ["+  -", "keys.zoom"],
  ["Enter", "approve"],
  ["N", "next"],
  ["P", "previous"],
  ["S", "skip"],
  ["?", "help"],
];

/** Show the sheet of shortcuts until it is closed. */
export function showHelp(root, say) {
  const rows = SHEET.map(([keys, action]) =>
    element(
      "div",
      { className: "ml-sheet-row" },
      element("dt", {}, element("kbd", {}, say(keys))),
      element("dd", {}, say(action)),
    ),
  );
  const close = element("button", { className: "ml-button is-primary", value: "close", autofocus: true }, say("close"));
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, say("help")),
    element("dl", { className: "ml-sheet" }, ...rows),
    element("p", { className: "ml-muted" }, say("help.note")),
    element("div", { className: "ml-dialog-buttons" }, close),
  );
  return openDialog(root, form, { testid: "help-sheet" });
}

/** Ask why the photo is skipped. Resolves to the reason (maybe empty), or to null if the operator calls it off. */
export async function askForReason(root, say) {
  const reason = element("input", {
    type: "text",
    maxLength: 300,
    autofocus: true,
    placeholder: say("skip.example"),
    dataset: { testid: "skip-reason" },
  });
  const cancel = element("button", { type: "button", className: "ml-button" }, say("cancel"));
  const confirm = element(
    "button",
    { className: "ml-button is-primary", value: "skip", dataset: { testid: "skip-confirm" } },
    say("skip.confirm"),
  );
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, say("skip.title")),
    element("label", { className: "ml-field" }, say("skip.reason"), reason),
    element("div", { className: "ml-dialog-buttons" }, cancel, confirm),
  );
  cancel.addEventListener("click", () => form.closest("dialog").close());
  return (await openDialog(root, form, { testid: "skip-dialog" })) === "skip" ? reason.value.trim() : null;
}

/**
 * Lay a notice over the panes, or take it away (`content` null).
 * content: {kind, title, text, actions: [{label, testid, run}], link: {label, href}}.
 */
export function showNotice(holder, content) {
  holder.hidden = content === null;
  if (content === null) return holder.replaceChildren();
  const { kind, title, text, actions = [], link = null } = content;
  const buttons = actions.map(({ label, testid, run }, i) =>
    element(
      "button",
      {
        type: "button",
        className: i === 0 ? "ml-button is-primary" : "ml-button",
        dataset: { testid },
        on: { click: run },
      },
      label,
    ),
  );
  if (link !== null) buttons.push(element("a", { className: "ml-button is-primary", href: link.href }, link.label));
  const card = element(
    "div",
    { className: "ml-card", role: "alertdialog", "aria-label": title, dataset: { testid: `notice-${kind}` } },
    element("h2", {}, title),
    element("p", {}, text),
    element("div", { className: "ml-dialog-buttons" }, ...buttons),
  );
  holder.replaceChildren(card);
  buttons[0]?.focus({ preventScroll: true });
}

/** Resolves to the value of the button that closed the dialog ("" after Escape). */
function openDialog(root, form, { testid }) {
  const dialog = element("dialog", { className: "ml-dialog", dataset: { testid } }, form);
  root.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}
