/** What the editor says in so many words: the reason for a decision, and notices. */

import { element } from "./dom.js";

/**
 * Ask why: kind "skip" (the reason may stay empty) or "giveBack" (it may not). Resolves to the reason, or to null if
 * the operator calls it off.
 */
export async function askForReason(root, say, kind) {
  const reason = element("input", {
    type: "text",
    maxLength: 300,
    autofocus: true,
    required: kind === "giveBack",
    pattern: ".*\\S.*", // white space is no reason
    placeholder: say(`${kind}.example`),
    dataset: { testid: "skip-reason" },
  });
  const cancel = element("button", { type: "button", className: "ml-button" }, say("cancel"));
  const confirm = element(
    "button",
    { className: "ml-button is-primary", value: "skip", dataset: { testid: "skip-confirm" } },
    say(`${kind}.confirm`),
  );
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, say(`${kind}.title`)),
    element("label", { className: "ml-field" }, say(`${kind}.reason`), reason),
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
  holder.card = card;
  buttons[0]?.focus({ preventScroll: true });
}

/** Resolves to the value of the button that closed the dialog ("" after Escape). */
export function openDialog(root, form, { testid }) {
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
